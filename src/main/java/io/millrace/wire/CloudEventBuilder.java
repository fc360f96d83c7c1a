package io.millrace.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Collects the members of one event in the JSON event format; the first mistake is kept and comes out at the end. */
final class CloudEventBuilder {

    private final byte[] body;
    private final MessageLimits limits;
    private final Scalars scalars;
    private final CloudEventAttributes attributes = new CloudEventAttributes();
    private @Nullable MessageRefusal refusal;
    private @Nullable ContentType contentType;
    private @Nullable ByteBuffer decoded;
    private @Nullable JsonToken dataType;
    private int dataStart;
    private int dataEnd;

    CloudEventBuilder(byte[] body, MessageLimits limits) {
        this.body = body;
        this.limits = limits;
        this.scalars = new Scalars(body);
    }

    /** Reads the object that the cursor is at and leaves the cursor behind it. */
    CloudEventBuilder readObject(JsonCursor cursor) {
        cursor.next();
        while (cursor.token() == JsonToken.PROPERTY_NAME) {
            String name = cursor.name();
            JsonToken type = cursor.next();
            int start = cursor.start();
            int end = cursor.passValue();
            // A member that is null is as good as not there (JSON event format, section 2.2).
            if (type != JsonToken.VALUE_NULL) {
                read(name, type, start, end);
            }
        }
        cursor.next();
        return this;
    }

    private void read(String name, @Nullable JsonToken type, int start, int end) {
        try {
            switch (name) {
                case "data" -> {
                    dataType = type;
                    dataStart = start;
                    dataEnd = end;
                }
                case "data_base64" -> decoded = scalars.base64(type, start, end);
                case "datacontenttype" -> contentType = scalars.contentType(type, start, end);
                default -> attributes.put(name, attribute(type, start, end));
            }
        } catch (MessageRefusal e) {
            if (refusal == null) {
                refusal = e.about("attribute " + NearMiss.quoted(name));
            }
        }
    }

    /** Strings, booleans and whole numbers are attributes; all are strings in a record. */
    private String attribute(@Nullable JsonToken type, int start, int end) throws MessageRefusal {
        return switch (type) {
            case VALUE_STRING ->
                StandardCharsets.UTF_8.decode(scalars.text(type, start, end)).toString();
            case VALUE_TRUE, VALUE_FALSE, VALUE_NUMBER_INT ->
                new String(body, start, end - start, StandardCharsets.US_ASCII);
            case null, default ->
                throw new MessageRefusal(
                        "must be a string, a whole number or a boolean, not " + Scalars.describe(type));
        };
    }

    /**
     * The message, once all members were read.
     *
     * @param now its timestamp, unless {@code options} has one
     */
    ProducedMessage finish(RawOptions options, long now) throws MessageRefusal {
        if (refusal != null) {
            throw refusal;
        }
        attributes.checkComplete("");
        if (dataType != null && decoded != null) {
            throw new MessageRefusal("'data' and 'data_base64' are both given: an event has one of them");
        }
        return MessageBuilder.assemble(
                limits,
                options.partition(),
                options.timestamp() != null ? options.timestamp() : now,
                attributes.key(options.key()),
                content(),
                attributes.headers());
    }

    private Content content() throws MessageRefusal {
        if (decoded != null) {
            return Content.decoded(decoded, contentType);
        }
        if (dataType == null) {
            return new Content(null, contentType == null ? null : contentType.asHeader());
        }
        try {
            return Content.inline(scalars, body, dataType, dataStart, dataEnd, contentType);
        } catch (MessageRefusal e) {
            throw new MessageRefusal(
                    "'data' of an event whose datacontenttype is not JSON must be a string; send bytes as 'data_base64'");
        }
    }
}
