package io.millrace.wire;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Walks over JSON in UTF-8 and tells where in the body each value lies. Values are passed over rather than read: Jackson
 * checks them without decoding their strings, and where a value ends follows from where the next token begins. Half of a
 * surrogate pair, {@code "\\ud83d"}, is refused in a property name and let pass in a string, where it stays as it is.
 */
final class JsonCursor implements AutoCloseable {

    /** How deeply arrays and objects may be nested in a body. */
    static final int MAX_NESTING = 1000;

    /** Sizes are the business of the limits on requests and messages, so the parser sets none. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final byte[] body;
    private final int origin;
    private final int base;
    private final int limit;
    private final JsonParser parser;
    private @Nullable JsonToken token;

    private JsonCursor(byte[] body, int origin, int from, int limit) {
        this.body = body;
        this.origin = origin;
        this.base = from;
        this.limit = limit;
        this.parser = FACTORY.createParser(ObjectReadContext.empty(), body, from, limit - from);
    }

    /**
     * A cursor before the first token. A byte order mark at the beginning is ignored, as RFC 8259 allows it.
     *
     * @throws MalformedJsonException if the bytes are not UTF-8
     */
    static JsonCursor open(byte[] body, int from, int to) {
        JsonEncoding.check(body, from, to);
        return new JsonCursor(body, from, JsonEncoding.startsWithMark(body, from, to) ? from + 3 : from, to);
    }

    /**
     * Checks that the bytes are one JSON value.
     *
     * @throws MalformedJsonException if they are not, also where they begin with a byte order mark, which must not get
     *     into the middle of an answer
     */
    static void checkValue(byte[] body, int from, int to) {
        JsonEncoding.check(body, from, to);
        if (JsonEncoding.startsWithMark(body, from, to)) {
            throw MalformedJsonException.at(body, from, from, "a JSON value must not begin with a byte order mark");
        }
        try (JsonCursor cursor = new JsonCursor(body, from, from, to)) {
            cursor.next();
            cursor.passValue();
            cursor.expectEnd("the JSON value");
        }
    }

    /** The token that the cursor is at; null before the first and after the last one. */
    @Nullable
    JsonToken token() {
        return token;
    }

    /** Moves to the next token; null is the end of the body. */
    @Nullable
    JsonToken next() {
        try {
            token = parser.nextToken();
            return token;
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    /** The property name that the cursor is at. */
    String name() {
        return parser.currentName();
    }

    /** Where in the body the token begins. */
    int start() {
        return base + (int) parser.currentTokenLocation().getByteOffset();
    }

    /** Moves behind the value that the cursor is at, to the next token, and returns where in the body the value ends. */
    int passValue() {
        if (token == null) {
            throw malformed(limit, "expected a value, but there is none");
        }
        try {
            parser.skipChildren();
        } catch (JacksonException e) {
            throw malformed(e);
        }
        JsonToken following = next();
        int end = following == null ? limit : start();
        end = skipSpaceBack(end);
        boolean separated = following != null && following != JsonToken.END_OBJECT && following != JsonToken.END_ARRAY;
        // Two values of a body that follow one another are an error, which expectEnd() reports.
        return separated && body[end - 1] == ',' ? skipSpaceBack(end - 1) : end;
    }

    /** @throws MalformedJsonException if the cursor is not behind the last token */
    void expectEnd(String what) {
        if (token != null) {
            throw malformed(start(), "expected the end of the body after " + what);
        }
    }

    private int skipSpaceBack(int from) {
        int end = from;
        while (body[end - 1] == ' ' || body[end - 1] == '\n' || body[end - 1] == '\r' || body[end - 1] == '\t') {
            end--;
        }
        return end;
    }

    private MalformedJsonException malformed(JacksonException e) {
        if (e instanceof StreamConstraintsException
                && parser.streamReadContext().getNestingDepth() >= MAX_NESTING) {
            return malformed(position(e), "more than " + MAX_NESTING + " levels of nested arrays and objects");
        }
        if (e instanceof UnexpectedEndOfInputException) {
            return malformed(limit, "the text ends too early: " + unfinished());
        }
        int position = position(e);
        return malformed(position, JsonComplaint.of(e.getOriginalMessage(), body, position, limit));
    }

    private String unfinished() {
        if (parser.streamReadContext().inObject()) {
            return "an object is not finished, '}' is missing";
        }
        return parser.streamReadContext().inArray()
                ? "an array is not finished, ']' is missing"
                : "a value is not finished";
    }

    private int position(JacksonException e) {
        long offset = e.getLocation() != null ? e.getLocation().getByteOffset() : -1;
        if (offset < 0) {
            offset = parser.currentLocation().getByteOffset();
        }
        int position = Math.clamp(base + offset, base, limit);
        while (position > base && position < limit && (body[position] & 0xC0) == 0x80) {
            position--;
        }
        return position;
    }

    private MalformedJsonException malformed(int position, String reason) {
        return MalformedJsonException.at(body, origin, position, reason);
    }

    @Override
    public void close() {
        parser.close();
    }
}
