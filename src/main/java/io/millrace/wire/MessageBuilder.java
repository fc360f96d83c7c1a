package io.millrace.wire;

import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Collects the fields of one message. A field that is wrong does not stop the reading, because the messages behind it are
 * to be checked too: the first mistake is kept and comes out at the end.
 */
final class MessageBuilder {

    private static final List<RecordHeader> JSON_ONLY = List.of(ContentType.JSON_HEADER);

    private final byte[] body;
    private final MessageLimits limits;
    private final Scalars scalars;
    private @Nullable MessageRefusal refusal;

    /** For duplicates only: a field that is null was given, but means as much as none, unless it is the value. */
    private final Set<MessageField> given = EnumSet.noneOf(MessageField.class);

    private @Nullable ByteBuffer key;
    private @Nullable ByteBuffer decodedKey;
    private @Nullable ByteBuffer decodedValue;
    private @Nullable JsonToken valueType;
    private int valueStart;
    private int valueEnd;
    private @Nullable ContentType contentType;
    private List<RecordHeader> headers = List.of();
    private @Nullable Integer partition;
    private @Nullable Long timestamp;

    MessageBuilder(byte[] body, MessageLimits limits, Scalars scalars) {
        this.body = body;
        this.limits = limits;
        this.scalars = scalars;
    }

    /** Reads the object that the cursor is at and leaves the cursor behind it. */
    MessageBuilder readObject(JsonCursor cursor) {
        cursor.next();
        while (cursor.token() == JsonToken.PROPERTY_NAME) {
            readField(cursor, cursor.name());
        }
        cursor.next();
        return this;
    }

    /** Reads the field whose name the cursor is at and leaves the cursor behind its value. */
    void readField(JsonCursor cursor, String name) {
        MessageField field = MessageField.named(name);
        JsonToken type = cursor.next();
        try {
            if (field == MessageField.HEADERS && type == JsonToken.START_OBJECT) {
                List<RecordHeader> read = new HeadersReader(scalars, limits.maxHeadersPerMessage()).read(cursor);
                mark(field);
                headers = read;
                return;
            }
            int start = cursor.start();
            int end = cursor.passValue();
            if (field == null) {
                throw MessageField.unknown(name);
            }
            mark(field);
            if (type != null && (type != JsonToken.VALUE_NULL || field == MessageField.VALUE)) {
                set(field, type, start, end);
            }
        } catch (MessageRefusal e) {
            if (refusal == null) {
                refusal = e;
            }
        }
    }

    private void set(MessageField field, JsonToken type, int start, int end) throws MessageRefusal {
        try {
            switch (field) {
                case KEY -> key = scalars.text(type, start, end);
                case KEY_BASE64 -> decodedKey = scalars.base64(type, start, end);
                case VALUE -> {
                    valueType = type;
                    valueStart = start;
                    valueEnd = end;
                }
                case VALUE_BASE64 -> decodedValue = scalars.base64(type, start, end);
                case CONTENT_TYPE -> contentType = scalars.contentType(type, start, end);
                case HEADERS ->
                    throw new MessageRefusal("must be an object of names and values, not " + Scalars.describe(type));
                case PARTITION -> partition = scalars.partition(type, start, end);
                case TIMESTAMP -> timestamp = scalars.timestamp(type, start, end);
            }
        } catch (MessageRefusal e) {
            throw e.about("field '" + field.label() + "'");
        }
    }

    /**
     * The message, once all fields were read.
     *
     * @param now the timestamp of a message without one
     */
    ProducedMessage finish(long now) throws MessageRefusal {
        if (refusal != null) {
            throw refusal;
        }
        if (key != null && decodedKey != null) {
            throw new MessageRefusal("'key' and 'keyBase64' are both given: a message has one key");
        }
        if (valueType != null && decodedValue != null) {
            throw new MessageRefusal("'value' and 'valueBase64' are both given: a message has one value");
        }
        return assemble(
                limits,
                partition,
                timestamp != null ? timestamp : now,
                key != null ? key : decodedKey,
                content(),
                headers);
    }

    private Content content() throws MessageRefusal {
        if (decodedValue != null) {
            return Content.decoded(decodedValue, contentType);
        }
        if (valueType != null) {
            return Content.inline(scalars, body, valueType, valueStart, valueEnd, contentType);
        }
        throw new MessageRefusal("neither 'value' nor 'valueBase64' is given: a message needs one of them;"
                + " for a tombstone send \"value\": null");
    }

    /** Puts the parts together, the content type behind the message's own headers, and checks the size. */
    static ProducedMessage assemble(
            MessageLimits limits,
            @Nullable Integer partition,
            long timestamp,
            @Nullable ByteBuffer key,
            Content content,
            List<RecordHeader> headers)
            throws MessageRefusal {
        DraftRecord draft = new DraftRecord(timestamp, key, content.value(), with(headers, content.header()));
        int size = draft.sizeInBytes();
        if (size > limits.maxMessageBytes()) {
            throw new MessageRefusal(
                    MessageError.MESSAGE_TOO_LARGE,
                    "the message has %d bytes of key, value and headers; the limit is millrace.limits.max-message-bytes=%d"
                            .formatted(size, limits.maxMessageBytes()));
        }
        return new ProducedMessage(partition, draft);
    }

    private static List<RecordHeader> with(List<RecordHeader> headers, @Nullable RecordHeader contentType) {
        if (contentType == null) {
            return headers;
        }
        if (headers.isEmpty()) {
            return contentType.equals(ContentType.JSON_HEADER) ? JSON_ONLY : List.of(contentType);
        }
        List<RecordHeader> all = new ArrayList<>(headers.size() + 1);
        all.addAll(headers);
        all.add(contentType);
        return all;
    }

    private void mark(MessageField field) throws MessageRefusal {
        if (!given.add(field)) {
            throw new MessageRefusal("field '" + field.label() + "' is given twice");
        }
    }
}
