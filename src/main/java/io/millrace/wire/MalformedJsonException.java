package io.millrace.wire;

/**
 * Thrown where a body that should be JSON in UTF-8 is not. It is an answer to a client rather than a failure of the server
 * and so carries no stack trace.
 */
public final class MalformedJsonException extends RuntimeException {

    private final String reason;
    private final int line;
    private final int column;

    private MalformedJsonException(String reason, int line, int column) {
        super("Malformed JSON at line %d, column %d: %s".formatted(line, column, reason), null, false, false);
        this.reason = reason;
        this.line = line;
        this.column = column;
    }

    /**
     * @param from where the JSON text begins in {@code body}
     * @param position where in {@code body} it is wrong
     */
    static MalformedJsonException at(byte[] body, int from, int position, String reason) {
        int line = 1;
        int column = 1;
        for (int i = from; i < position; i++) {
            if (body[i] == '\n') {
                line++;
                column = 1;
            } else if ((body[i] & 0xC0) != 0x80) {
                // The bytes after the first one of a character do not count.
                column++;
            }
        }
        return new MalformedJsonException(reason, line, column);
    }

    /** What is wrong and what would be right, without the place. */
    public String reason() {
        return reason;
    }

    /** The line, from 1. */
    public int line() {
        return line;
    }

    /** The character in the line, from 1. */
    public int column() {
        return column;
    }
}
