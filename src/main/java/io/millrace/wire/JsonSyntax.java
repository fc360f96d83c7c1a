package io.millrace.wire;

/** Checks bodies that are JSON but hold no messages by the same rules, and with the same words, as those that do. */
public final class JsonSyntax {

    /** How deeply arrays and objects may be nested in a body. */
    public static final int MAX_NESTING = JsonCursor.MAX_NESTING;

    private JsonSyntax() {}

    /**
     * Checks that the bytes from {@code from} to {@code to} are one JSON value in UTF-8; a byte order mark before it is
     * legal.
     *
     * @throws MalformedJsonException if they are not
     */
    public static void check(byte[] body, int from, int to) {
        try (JsonCursor cursor = JsonCursor.open(body, from, to)) {
            cursor.next();
            cursor.passValue();
            cursor.expectEnd("the JSON value");
        }
    }
}
