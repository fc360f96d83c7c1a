package io.millrace.wire;

import io.millrace.record.RecordHeader;
import io.millrace.wire.CloudEventBuilder.Event;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads CloudEvents 1.0 into records as the binary mode of their Kafka binding lays them out: attributes are record headers,
 * {@code datacontenttype} is the header {@code content-type}, the value is the data, and the attribute {@code
 * partitionkey} is the key unless another one was given. An event without data becomes a record without a value, a
 * tombstone. Safe for use by many threads.
 *
 * <p>As with {@link MessageReader}, records hold views of the body, all methods throw {@link MalformedJsonException} where
 * what should be JSON in UTF-8 is not, and {@link InvalidMessagesException} where an event is not a legal one.
 */
public final class CloudEventReader {

    private static final String EXAMPLE = "an event must be an object like {\"specversion\": \"1.0\", \"id\": \"1\","
            + " \"source\": \"/orders\", \"type\": \"com.example.order\", \"data\": 1}";

    private final MessageLimits limits;

    public CloudEventReader(MessageLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads one event whose attributes came beside its data.
     *
     * @param length how many bytes of {@code body} count, from its beginning; a body without any is an event without data
     * @param contentType its {@code datacontenttype}; null if it has none
     * @param attributes all others, in their order
     * @param label how an error calls the attribute {@code %s}
     * @param options where it is to go; the headers in them are kept besides the attributes
     * @param now the timestamp, in milliseconds since the epoch, if {@code options} has none
     */
    public ProducedMessage readBinary(
            byte[] body,
            int length,
            @Nullable String contentType,
            List<CloudEventAttribute> attributes,
            String label,
            RawOptions options,
            long now) {
        try {
            CloudEventAttributes read = new CloudEventAttributes(label);
            for (CloudEventAttribute attribute : attributes) {
                read.put(attribute.name(), attribute.value());
            }
            read.requireAll();
            ContentType type = contentType == null ? null : MessageReader.mediaType(contentType);
            return message(new Event(read, content(body, length, type)), options, now);
        } catch (MessageRefusal e) {
            throw InvalidMessagesException.of(false, e.at(0));
        }
    }

    private static Content content(byte[] body, int length, @Nullable ContentType type) throws MessageRefusal {
        if (length == 0) {
            return CloudEventData.none(type);
        }
        return type == null ? new Content(ByteBuffer.wrap(body, 0, length), null) : Content.raw(body, length, type);
    }

    /**
     * Reads an {@code application/cloudevents+json} body: one event.
     *
     * @param length how many bytes of {@code body} count, from its beginning
     * @param options where it is to go; the headers in them are kept besides the attributes
     * @param now the timestamp, in milliseconds since the epoch, if {@code options} has none
     */
    public ProducedMessage readStructured(byte[] body, int length, RawOptions options, long now) {
        try {
            return message(event(body, 0, length, limits.maxHeadersPerMessage()), options, now);
        } catch (MessageRefusal e) {
            throw InvalidMessagesException.of(false, e.at(0));
        }
    }

    /** Reads the one event that the bytes hold. */
    static Event event(byte[] body, int from, int to, int maxAttributes) throws MessageRefusal {
        try (JsonCursor cursor = JsonCursor.open(body, from, to)) {
            JsonToken token = cursor.next();
            if (token != JsonToken.START_OBJECT) {
                cursor.passValue();
                cursor.expectEnd("the JSON value");
                throw new MessageRefusal(EXAMPLE + ", not " + Scalars.describe(token)
                        + "; an array of events is application/cloudevents-batch+json");
            }
            CloudEventBuilder builder =
                    new CloudEventBuilder(body, new Scalars(body), maxAttributes).readObject(cursor);
            cursor.expectEnd("the event");
            return builder.finish();
        }
    }

    /**
     * Reads an {@code application/cloudevents-batch+json} body: an array of events, which may be empty.
     *
     * @param length how many bytes of {@code body} count, from its beginning
     * @param now the timestamp of the records, in milliseconds since the epoch
     */
    public List<ProducedMessage> readBatch(byte[] body, int length, long now) {
        Scalars scalars = new Scalars(body);
        BatchReader batch = new BatchReader(limits, EXAMPLE, element -> {
            CloudEventBuilder builder = new CloudEventBuilder(body, scalars, limits.maxHeadersPerMessage());
            return message(builder.readObject(element).finish(), RawOptions.NONE, now);
        });
        try (JsonCursor cursor = JsonCursor.open(body, 0, length)) {
            JsonToken token = cursor.next();
            if (token != JsonToken.START_ARRAY) {
                cursor.passValue();
                cursor.expectEnd("the JSON value");
                throw new MessageRefusal("a batch must be an array of events, not " + Scalars.describe(token)
                        + "; one event is application/cloudevents+json");
            }
            batch.readElements(cursor);
            cursor.expectEnd("the array of events");
            return batch.messages();
        } catch (MessageRefusal e) {
            throw InvalidMessagesException.of(true, e.at(MessageError.REQUEST));
        }
    }

    private ProducedMessage message(Event event, RawOptions options, long now) throws MessageRefusal {
        for (RecordHeader header : options.headers()) {
            if (header.name().startsWith(CloudEventAttributes.HEADER_PREFIX)) {
                throw new MessageRefusal("header " + NearMiss.quoted(header.name())
                        + " is where an attribute of the event is kept: give it as an attribute");
            }
        }
        MessageReader.checkNames(options.headers());
        List<RecordHeader> headers = event.attributes().asHeaders(options.headers());
        if (headers.size() > limits.maxHeadersPerMessage()) {
            throw HeadersReader.tooMany(headers.size(), limits.maxHeadersPerMessage());
        }
        return MessageBuilder.assemble(
                limits,
                options.partition(),
                options.timestamp() != null ? options.timestamp() : now,
                options.key() != null ? options.key() : event.attributes().partitionKey(),
                event.content(),
                headers);
    }
}
