package io.millrace.wire;

import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes messages as the tests of this package speak of them: as text. */
final class Wire {

    static final long NOW = 1_763_870_706_789L;
    static final TopicPartition ORDERS = new TopicPartition(new TopicName("orders"), 2);
    static final MessageLimits LIMITS = new MessageLimits(1000, 200, 4);

    private static final MessageReader READER = new MessageReader(LIMITS);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Wire() {}

    static ProduceRequest read(String body) {
        return read(bytes(body));
    }

    static ProduceRequest read(byte[] body) {
        return READER.readJson(body, body.length, NOW);
    }

    static ProducedMessage message(String body) {
        return ((ProduceRequest.Single) read(body)).message();
    }

    static DraftRecord draft(String body) {
        return message(body).draft();
    }

    static List<ProducedMessage> batch(String body) {
        return ((ProduceRequest.Batch) read(body)).messages();
    }

    static InvalidMessagesException refusal(String body) {
        try {
            throw new AssertionError("Not refused: " + read(body));
        } catch (InvalidMessagesException e) {
            return e;
        }
    }

    /** The detail of the one error of a request with one message. */
    static String detail(String body) {
        InvalidMessagesException e = refusal(body);
        if (e.isBatch() || e.total() != 1) {
            throw new AssertionError("Not a single message: " + e.errors());
        }
        return e.errors().getFirst().detail();
    }

    static MalformedJsonException malformed(byte[] body) {
        try {
            throw new AssertionError("Not refused: " + read(body));
        } catch (MalformedJsonException e) {
            return e;
        }
    }

    static MalformedJsonException malformed(String body) {
        return malformed(bytes(body));
    }

    /** The headers as {@code name=value} with the value as text. */
    static List<String> headers(DraftRecord draft) {
        List<String> shown = new ArrayList<>();
        for (RecordHeader header : draft.headers()) {
            shown.add(header.name() + "=" + (header.value() == null ? null : text(header.value())));
        }
        return shown;
    }

    static StoredRecord stored(DraftRecord draft) {
        return new StoredRecord(7, draft.timestamp(), draft.key(), draft.value(), draft.headers());
    }

    static StoredRecord record(byte[] value, RecordHeader... headers) {
        return new StoredRecord(7, 0, null, value == null ? null : ByteBuffer.wrap(value), List.of(headers));
    }

    /** The message object of a record of the embedded log. */
    static String written(StoredRecord record) {
        return written(record, false);
    }

    static String written(StoredRecord record, boolean validateJson) {
        JsonOutput out = new JsonOutput(16);
        new MessageWriter(validateJson).run(out, ORDERS).message(record);
        return string(out);
    }

    static String string(JsonOutput out) {
        return new String(out.array(), 0, out.length(), StandardCharsets.UTF_8);
    }

    static JsonNode parsed(String json) {
        return MAPPER.readTree(json);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(bytes(text));
    }

    static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }
}
