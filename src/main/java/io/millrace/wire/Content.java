package io.millrace.wire;

import io.millrace.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * A value as it is stored, with the header that says what it is.
 *
 * @param header null on a tombstone without a content type
 */
record Content(@Nullable ByteBuffer value, @Nullable RecordHeader header) {

    /** The value of {@code "value": ...}: JSON as it came, or the text of a JSON string under a type that is not JSON. */
    static Content inline(
            Scalars scalars, byte[] body, JsonToken type, int start, int end, @Nullable ContentType contentType)
            throws MessageRefusal {
        if (contentType != null) {
            checkCharset(contentType);
        }
        if (type == JsonToken.VALUE_NULL) {
            return new Content(null, contentType == null ? null : contentType.asHeader());
        }
        if (contentType == null) {
            return new Content(ByteBuffer.wrap(body, start, end - start), ContentType.JSON_HEADER);
        }
        if (contentType.isJson()) {
            return new Content(ByteBuffer.wrap(body, start, end - start), contentType.asHeader());
        }
        if (type != JsonToken.VALUE_STRING) {
            throw new MessageRefusal(
                    "field 'value' is " + Scalars.describe(type) + ", but its contentType is "
                            + NearMiss.quoted(contentType.text())
                            + ": send text as a JSON string, bytes as 'valueBase64', or leave out contentType for a JSON value");
        }
        try {
            return new Content(scalars.text(type, start, end), contentType.asHeader());
        } catch (MessageRefusal e) {
            throw e.about("field 'value'");
        }
    }

    /** The value of {@code "valueBase64": ...}. */
    static Content decoded(ByteBuffer bytes, @Nullable ContentType contentType) throws MessageRefusal {
        if (contentType == null) {
            return new Content(bytes, ContentType.BINARY_HEADER);
        }
        if (contentType.isJson()) {
            checkCharset(contentType);
            try {
                int from = bytes.arrayOffset() + bytes.position();
                JsonCursor.checkValue(bytes.array(), from, from + bytes.remaining());
            } catch (MalformedJsonException e) {
                throw new MessageRefusal("field 'valueBase64' is not JSON though its contentType is "
                        + NearMiss.quoted(contentType.text()) + ": line " + e.line() + ", column " + e.column() + ": "
                        + e.reason());
            }
        }
        return new Content(bytes, contentType.asHeader());
    }

    /**
     * The value that is the whole body of a request.
     *
     * @throws MalformedJsonException if it is to be JSON and is not
     */
    static Content raw(byte[] body, int length, ContentType contentType) throws MessageRefusal {
        if (contentType.isJson()) {
            checkCharset(contentType);
            JsonCursor.checkValue(body, 0, length);
        }
        return new Content(ByteBuffer.wrap(body, 0, length), contentType.asHeader());
    }

    private static void checkCharset(ContentType contentType) throws MessageRefusal {
        if (!StandardCharsets.UTF_8.equals(contentType.charset())) {
            throw new MessageRefusal("the contentType " + NearMiss.quoted(contentType.text())
                    + " has a charset other than UTF-8: JSON and text are stored in UTF-8;"
                    + " send text in another charset as bytes, as 'valueBase64'");
        }
    }
}
