package io.millrace.wire;

import io.millrace.record.RecordHeader;
import java.util.List;
import tools.jackson.core.JsonToken;

/**
 * Reads the bodies of produce requests. The records that come out hold views of the body: its array must not be written
 * to until they are stored. Safe for use by many threads.
 *
 * <p>All methods throw {@link MalformedJsonException} where a body is not JSON in UTF-8 and {@link
 * InvalidMessagesException} where it is, but holds what is not a legal message. A limit on the size of the whole body is
 * the caller's.
 */
public final class MessageReader {

    private static final String EXAMPLE = "a message must be an object like {\"key\": \"k\", \"value\": 1}";

    private final MessageLimits limits;

    public MessageReader(MessageLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads an {@code application/json} body: one message object or {@code {"messages": [...]}}.
     *
     * @param length how many bytes of {@code body} count, from its beginning
     * @param now the timestamp, in milliseconds since the epoch, of messages without one
     */
    public ProduceRequest readJson(byte[] body, int length, long now) {
        try (JsonCursor cursor = JsonCursor.open(body, 0, length)) {
            enterObject(cursor, "{\"messages\": [...]} holds many");
            Scalars scalars = new Scalars(body);
            MessageBuilder single = new MessageBuilder(body, limits, scalars);
            BatchReader batch = null;
            String otherField = null;
            while (cursor.token() == JsonToken.PROPERTY_NAME) {
                String name = cursor.name();
                if (batch == null && name.equals("messages")) {
                    cursor.next();
                    batch = new BatchReader(
                            limits,
                            EXAMPLE,
                            element -> new MessageBuilder(body, limits, scalars)
                                    .readObject(element)
                                    .finish(now));
                    batch.read(cursor);
                } else {
                    otherField = name;
                    single.readField(cursor, name);
                }
            }
            leaveObject(cursor);
            return batch != null ? batch.finish(otherField) : new ProduceRequest.Single(single.finish(now));
        } catch (MessageRefusal e) {
            throw InvalidMessagesException.of(false, e.at(0));
        }
    }

    /**
     * Reads one message object, as on a line of {@code application/x-ndjson}.
     *
     * @param buffer holds the object from {@code from} for {@code length} bytes; places in errors count from there
     * @param now the timestamp, in milliseconds since the epoch, of a message without one
     */
    public ProducedMessage readMessage(byte[] buffer, int from, int length, long now) {
        try (JsonCursor cursor = JsonCursor.open(buffer, from, from + length)) {
            enterObject(cursor, "each line holds one");
            MessageBuilder builder = new MessageBuilder(buffer, limits, new Scalars(buffer));
            while (cursor.token() == JsonToken.PROPERTY_NAME) {
                builder.readField(cursor, cursor.name());
            }
            leaveObject(cursor);
            return builder.finish(now);
        } catch (MessageRefusal e) {
            throw InvalidMessagesException.of(false, e.at(0));
        }
    }

    /**
     * Makes a message whose value is the body. A body under a JSON content type is checked to be JSON.
     *
     * @param length how many bytes of {@code body} count, from its beginning
     * @param contentType the media type of the body, which is kept with it
     * @param now the timestamp, in milliseconds since the epoch, if {@code options} has none
     */
    public ProducedMessage readRaw(byte[] body, int length, String contentType, RawOptions options, long now) {
        try {
            Content content = Content.raw(body, length, mediaType(contentType));
            if (options.headers().size() > limits.maxHeadersPerMessage()) {
                throw HeadersReader.tooMany(options.headers().size(), limits.maxHeadersPerMessage());
            }
            checkNames(options.headers());
            long timestamp = options.timestamp() != null ? options.timestamp() : now;
            return MessageBuilder.assemble(
                    limits, options.partition(), timestamp, options.key(), content, options.headers());
        } catch (MessageRefusal e) {
            throw InvalidMessagesException.of(false, e.at(0));
        }
    }

    static ContentType mediaType(String text) throws MessageRefusal {
        try {
            return Scalars.parsedContentType(text);
        } catch (MessageRefusal e) {
            throw e.about("the content type of the body");
        }
    }

    static void checkNames(List<RecordHeader> headers) throws MessageRefusal {
        for (RecordHeader header : headers) {
            try {
                HeadersReader.checkName(header.name());
            } catch (MessageRefusal e) {
                throw e.about("header " + NearMiss.quoted(header.name()));
            }
        }
    }

    private static void enterObject(JsonCursor cursor, String hint) throws MessageRefusal {
        JsonToken token = cursor.next();
        if (token == JsonToken.START_OBJECT) {
            cursor.next();
            return;
        }
        cursor.passValue();
        cursor.expectEnd("the JSON value");
        throw new MessageRefusal(EXAMPLE + ", not " + Scalars.describe(token) + "; " + hint);
    }

    private static void leaveObject(JsonCursor cursor) {
        cursor.next();
        cursor.expectEnd("the JSON object (one object a line is application/x-ndjson)");
    }
}
