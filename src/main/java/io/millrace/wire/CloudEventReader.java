package io.millrace.wire;

import io.millrace.record.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads CloudEvents 1.0 from the bodies of produce requests, in the content modes of the HTTP protocol binding, and lays them
 * out as the binary mode of the Kafka protocol binding does: attributes as headers {@code ce_*}, the data as the value. Throws
 * what {@link MessageReader} throws. Safe for use by many threads.
 */
public final class CloudEventReader {

    private final MessageLimits limits;

    public CloudEventReader(MessageLimits limits) {
        this.limits = limits;
    }

    /** Reads one event in structured mode. */
    public ProducedMessage readStructured(byte[] body, int length, RawOptions options, long now) {
        try (JsonCursor cursor = JsonCursor.open(body, 0, length)) {
            cursor.next();
            ProducedMessage message = readEvent(cursor, body, options, now);
            cursor.expectEnd("the event");
            return message;
        } catch (MessageRefusal e) {
            throw InvalidMessagesException.of(false, e.at(0));
        }
    }

    /** Reads a batch of events: all of them if all are right, else the mistakes of all that are not. */
    public List<ProducedMessage> readBatch(byte[] body, int length, long now) {
        List<ProducedMessage> messages = new ArrayList<>();
        List<MessageError> errors = new ArrayList<>();
        int count = 0;
        int wrong = 0;
        try (JsonCursor cursor = JsonCursor.open(body, 0, length)) {
            if (cursor.next() != JsonToken.START_ARRAY) {
                throw whole("a batch of events must be an array, not " + Scalars.describe(cursor.token()));
            }
            cursor.next();
            while (cursor.token() != JsonToken.END_ARRAY) {
                try {
                    ProducedMessage message = readEvent(cursor, body, RawOptions.NONE, now);
                    if (count < limits.maxMessagesPerRequest()) {
                        messages.add(message);
                    }
                } catch (MessageRefusal e) {
                    wrong++;
                    if (errors.size() < InvalidMessagesException.MAX_ERRORS) {
                        errors.add(e.at(count));
                    }
                }
                count++;
            }
            cursor.next();
            cursor.expectEnd("the batch");
        }
        if (count == 0) {
            throw whole("the batch is empty: it holds at least one event");
        }
        if (count > limits.maxMessagesPerRequest()) {
            throw whole("the batch has %d events; the limit is millrace.limits.max-messages-per-request=%d"
                    .formatted(count, limits.maxMessagesPerRequest()));
        }
        if (wrong > 0) {
            throw new InvalidMessagesException(true, errors, wrong);
        }
        return messages;
    }

    private static InvalidMessagesException whole(String detail) {
        return InvalidMessagesException.of(true, new MessageRefusal(detail).at(MessageError.REQUEST));
    }

    private ProducedMessage readEvent(JsonCursor cursor, byte[] body, RawOptions options, long now)
            throws MessageRefusal {
        JsonToken token = cursor.token();
        if (token != JsonToken.START_OBJECT) {
            cursor.passValue();
            throw new MessageRefusal("an event must be an object, not " + Scalars.describe(token));
        }
        return new CloudEventBuilder(body, limits).readObject(cursor).finish(options, now);
    }

    /**
     * Makes a message of an event in binary mode, whose data is the body. An empty body is no data.
     *
     * @param contentType the type of the data; null if it has none
     * @param attributes by name, decoded
     * @param options with headers that are no attributes
     */
    public ProducedMessage readBinary(
            byte[] body,
            int length,
            @Nullable String contentType,
            Map<String, String> attributes,
            RawOptions options,
            long now) {
        try {
            CloudEventAttributes read = new CloudEventAttributes();
            for (Map.Entry<String, String> attribute : attributes.entrySet()) {
                try {
                    read.put(attribute.getKey(), attribute.getValue());
                } catch (MessageRefusal e) {
                    throw e.about("header 'ce-" + attribute.getKey() + "'");
                }
            }
            read.checkComplete("ce-");
            List<RecordHeader> headers = read.headers();
            headers.addAll(options.headers());
            return MessageBuilder.assemble(
                    limits,
                    options.partition(),
                    options.timestamp() != null ? options.timestamp() : now,
                    read.key(options.key()),
                    content(body, length, contentType),
                    headers);
        } catch (MessageRefusal e) {
            throw InvalidMessagesException.of(false, e.at(0));
        }
    }

    private static Content content(byte[] body, int length, @Nullable String contentType) throws MessageRefusal {
        ContentType type = contentType == null ? null : Scalars.parsedContentType(contentType);
        if (length == 0) {
            return new Content(null, type == null ? null : type.asHeader());
        }
        return Content.raw(body, length, type == null ? Scalars.parsedContentType("application/octet-stream") : type);
    }
}
