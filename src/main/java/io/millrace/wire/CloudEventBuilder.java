package io.millrace.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Collects the members of one event in JSON (CloudEvents 1.0, JSON Event Format). As with messages, the first mistake is
 * kept and comes out at the end, because the events behind it are to be checked too.
 */
final class CloudEventBuilder {

    private static final String DATA = "data";
    private static final String DATA_BASE64 = "data_base64";

    /** The event as it is read. */
    record Event(CloudEventAttributes attributes, Content content) {}

    private final byte[] body;
    private final Scalars scalars;
    private final int maxAttributes;
    private final CloudEventAttributes attributes = new CloudEventAttributes("attribute '%s'");
    private @Nullable MessageRefusal refusal;
    private @Nullable ContentType contentType;
    private @Nullable ByteBuffer decoded;
    private @Nullable JsonToken dataToken;
    private int dataStart;
    private int dataEnd;

    /** @param maxAttributes so many are kept at most, besides those that are not record headers of their own */
    CloudEventBuilder(byte[] body, Scalars scalars, int maxAttributes) {
        this.body = body;
        this.scalars = scalars;
        this.maxAttributes = maxAttributes;
    }

    /** Reads the object that the cursor is at and leaves the cursor behind it. */
    CloudEventBuilder readObject(JsonCursor cursor) {
        cursor.next();
        while (cursor.token() == JsonToken.PROPERTY_NAME) {
            String name = cursor.name();
            JsonToken token = cursor.next();
            int start = cursor.start();
            int end = cursor.passValue();
            try {
                if (refusal == null && token != null) {
                    set(name, token, start, end);
                }
            } catch (MessageRefusal e) {
                refusal = e;
            }
        }
        cursor.next();
        return this;
    }

    private void set(String name, JsonToken token, int start, int end) throws MessageRefusal {
        if (name.equals(DATA)) {
            requireFirst(dataToken, "'data'");
            dataToken = token;
            dataStart = start;
            dataEnd = end;
        } else if (token == JsonToken.VALUE_NULL) {
            // JSON Event Format, section 2.2: as if it were not there.
            return;
        } else if (name.equals(DATA_BASE64)) {
            requireFirst(decoded, "'data_base64'");
            decoded = base64(token, start, end);
        } else if (name.equals(CloudEventAttributes.CONTENT_TYPE)) {
            requireFirst(contentType, attributes.labelled(name));
            contentType = contentType(token, start, end);
        } else {
            attributes.put(name, value(name, token, start, end));
            if (attributes.values().size() > maxAttributes) {
                throw new MessageRefusal(
                        "the event has more attributes than the limit, millrace.limits.max-headers-per-message=%d"
                                .formatted(maxAttributes));
            }
        }
    }

    private static void requireFirst(@Nullable Object before, String subject) throws MessageRefusal {
        if (before != null) {
            throw new MessageRefusal(subject + " is given twice");
        }
    }

    private ByteBuffer base64(JsonToken token, int start, int end) throws MessageRefusal {
        try {
            return scalars.base64(token, start, end);
        } catch (MessageRefusal e) {
            throw e.about("'data_base64'");
        }
    }

    private ContentType contentType(JsonToken token, int start, int end) throws MessageRefusal {
        try {
            return scalars.contentType(token, start, end);
        } catch (MessageRefusal e) {
            throw e.about(attributes.labelled(CloudEventAttributes.CONTENT_TYPE));
        }
    }

    private String value(String name, JsonToken token, int start, int end) throws MessageRefusal {
        try {
            if (token == JsonToken.VALUE_STRING || CloudEventRules.isOfTheSpecification(name)) {
                return StandardCharsets.UTF_8
                        .decode(scalars.text(token, start, end))
                        .toString();
            }
            return switch (token) {
                case VALUE_TRUE -> "true";
                case VALUE_FALSE -> "false";
                case VALUE_NUMBER_INT -> integer(start, end);
                default ->
                    throw new MessageRefusal(
                            "must be a string, a whole number, true or false, not " + Scalars.describe(token));
            };
        } catch (MessageRefusal e) {
            throw e.about(attributes.labelled(name));
        }
    }

    private String integer(int start, int end) throws MessageRefusal {
        try {
            String digits = new String(body, start, end - start, StandardCharsets.ISO_8859_1);
            return Integer.toString(Integer.parseInt(digits));
        } catch (NumberFormatException tooLarge) {
            throw new MessageRefusal("must be a number from -2147483648 to 2147483647; send a larger one as a string");
        }
    }

    /** The event, once all members were read. */
    Event finish() throws MessageRefusal {
        if (refusal != null) {
            throw refusal;
        }
        attributes.requireAll();
        return new Event(attributes, content());
    }

    private Content content() throws MessageRefusal {
        if (dataToken != null && decoded != null) {
            throw new MessageRefusal("'data' and 'data_base64' are both given: an event has one data");
        }
        if (decoded != null) {
            return CloudEventData.decoded(decoded, contentType);
        }
        return dataToken == null
                ? CloudEventData.none(contentType)
                : CloudEventData.inline(scalars, body, dataToken, dataStart, dataEnd, contentType);
    }
}
