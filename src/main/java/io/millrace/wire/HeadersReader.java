package io.millrace.wire;

import io.millrace.record.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Reads the field {@code headers}: an object of names with a string, base64, null or an array of these. */
final class HeadersReader {

    private static final String RESERVED_PREFIX = "__millrace.";

    private final Scalars scalars;
    private final int maxHeaders;
    private final List<RecordHeader> headers = new ArrayList<>();
    private int count;
    private @Nullable MessageRefusal refusal;

    HeadersReader(Scalars scalars, int maxHeaders) {
        this.scalars = scalars;
        this.maxHeaders = maxHeaders;
    }

    /**
     * Reads the object that the cursor is at and leaves the cursor behind it, whatever the outcome.
     *
     * @throws MessageRefusal with the first mistake
     */
    List<RecordHeader> read(JsonCursor cursor) throws MessageRefusal {
        cursor.next();
        while (cursor.token() == JsonToken.PROPERTY_NAME) {
            String name = cursor.name();
            cursor.next();
            if (cursor.token() == JsonToken.START_ARRAY) {
                cursor.next();
                while (cursor.token() != JsonToken.END_ARRAY) {
                    readValue(cursor, name);
                }
                cursor.next();
            } else {
                readValue(cursor, name);
            }
        }
        cursor.next();
        if (refusal != null) {
            throw refusal;
        }
        if (count > maxHeaders) {
            throw tooMany(count, maxHeaders);
        }
        return headers;
    }

    /** @throws MessageRefusal if a message must not have a header of that name; a predicate about the header */
    static void checkName(String name) throws MessageRefusal {
        if (ContentType.isNameOf(name)) {
            throw new MessageRefusal("is kept by the server: give the media type in the field 'contentType'");
        }
        if (name.startsWith(RESERVED_PREFIX)) {
            throw new MessageRefusal(
                    "is kept by the server: names that begin with '" + RESERVED_PREFIX + "' are its own");
        }
        if (!Utf8.canEncode(name)) {
            throw new MessageRefusal("has half of a surrogate pair in its name, which is no text in UTF-8");
        }
    }

    static MessageRefusal tooMany(int count, int max) {
        return new MessageRefusal("the message has %d headers; the limit is millrace.limits.max-headers-per-message=%d"
                .formatted(count, max));
    }

    private void readValue(JsonCursor cursor, String name) {
        JsonToken type = cursor.token();
        int start = cursor.start();
        try {
            if (type == JsonToken.START_OBJECT) {
                add(name, readBase64(cursor));
                return;
            }
            int end = cursor.passValue();
            if (type == JsonToken.VALUE_NULL) {
                add(name, null);
            } else if (type == JsonToken.VALUE_STRING) {
                add(name, scalars.text(type, start, end));
            } else {
                throw new MessageRefusal("must be a string, {\"base64\": \"...\"}, null or an array of these, not "
                        + Scalars.describe(type));
            }
        } catch (MessageRefusal e) {
            if (refusal == null) {
                refusal = e.about("header " + NearMiss.quoted(name));
            }
        }
    }

    /** Reads {@code {"base64": "..."}} and leaves the cursor behind it. */
    private ByteBuffer readBase64(JsonCursor cursor) throws MessageRefusal {
        ByteBuffer value = null;
        boolean otherwise = false;
        MessageRefusal undecodable = null;
        cursor.next();
        while (cursor.token() == JsonToken.PROPERTY_NAME) {
            String field = cursor.name();
            JsonToken type = cursor.next();
            int start = cursor.start();
            int end = cursor.passValue();
            otherwise |= value != null || !field.equals("base64") || type != JsonToken.VALUE_STRING;
            try {
                value = otherwise ? value : scalars.base64(type, start, end);
            } catch (MessageRefusal e) {
                undecodable = e;
            }
        }
        cursor.next();
        if (undecodable != null) {
            throw undecodable;
        }
        if (otherwise || value == null) {
            throw new MessageRefusal("given as an object must be {\"base64\": \"...\"} and nothing else");
        }
        return value;
    }

    private void add(String name, @Nullable ByteBuffer value) throws MessageRefusal {
        checkName(name);
        count++;
        if (count <= maxHeaders && refusal == null) {
            headers.add(new RecordHeader(name, value));
        }
    }
}
