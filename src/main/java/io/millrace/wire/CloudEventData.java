package io.millrace.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * What an event in JSON carries, as it is stored (CloudEvents 1.0, JSON Event Format, section 3.1.2). It differs from the
 * value of a message: data that is null is JSON, an event without data is a record without a value.
 */
final class CloudEventData {

    private CloudEventData() {}

    /** An event without data. */
    static Content none(@Nullable ContentType type) {
        return new Content(null, type == null ? null : type.asHeader());
    }

    /** The data of {@code "data": ...}: JSON as it came, or the text of a JSON string under a type that is not JSON. */
    static Content inline(Scalars scalars, byte[] body, JsonToken token, int start, int end, @Nullable ContentType type)
            throws MessageRefusal {
        checkCharset(type);
        if (type == null || type.isJson()) {
            return new Content(
                    ByteBuffer.wrap(body, start, end - start),
                    type == null ? ContentType.JSON_HEADER : type.asHeader());
        }
        if (token != JsonToken.VALUE_STRING) {
            throw new MessageRefusal("'data' is " + Scalars.describe(token) + ", but its datacontenttype is "
                    + NearMiss.quoted(type.text())
                    + ": send text as a JSON string, bytes as 'data_base64', or leave out datacontenttype for JSON");
        }
        try {
            return new Content(scalars.text(token, start, end), type.asHeader());
        } catch (MessageRefusal e) {
            throw e.about("'data'");
        }
    }

    /** The data of {@code "data_base64": ...}. */
    static Content decoded(ByteBuffer bytes, @Nullable ContentType type) throws MessageRefusal {
        if (type == null) {
            return new Content(bytes, null);
        }
        if (type.isJson()) {
            checkCharset(type);
            try {
                int from = bytes.arrayOffset() + bytes.position();
                JsonCursor.checkValue(bytes.array(), from, from + bytes.remaining());
            } catch (MalformedJsonException e) {
                throw new MessageRefusal("'data_base64' is not JSON though its datacontenttype is "
                        + NearMiss.quoted(type.text()) + ": line " + e.line() + ", column " + e.column() + ": "
                        + e.reason());
            }
        }
        return new Content(bytes, type.asHeader());
    }

    private static void checkCharset(@Nullable ContentType type) throws MessageRefusal {
        if (type != null && !StandardCharsets.UTF_8.equals(type.charset())) {
            throw new MessageRefusal("attribute 'datacontenttype' must not have a charset other than UTF-8 for JSON"
                    + " and text, which are stored in UTF-8; send other text as bytes, as 'data_base64'");
        }
    }
}
