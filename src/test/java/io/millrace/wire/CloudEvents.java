package io.millrace.wire;

import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Reads and writes events as the tests of this package speak of them. */
final class CloudEvents {

    static final String REQUIRED =
            "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/tills/7\",\"type\":\"com.example.sale\"";

    private static final CloudEventReader READER = new CloudEventReader(new MessageLimits(100_000, 200, 20));

    private CloudEvents() {}

    /** The record of an event that has what every event has, and these members. */
    static DraftRecord with(String members) {
        return structured("{" + REQUIRED + (members.isEmpty() ? "" : ",") + members + "}");
    }

    static DraftRecord structured(String json) {
        byte[] body = Wire.bytes(json);
        return READER.readStructured(body, body.length, RawOptions.NONE, Wire.NOW)
                .draft();
    }

    static DraftRecord binary(byte[] data, String contentType, Map<String, String> attributes) {
        List<CloudEventAttribute> list = new ArrayList<>();
        attributes.forEach((name, value) -> list.add(new CloudEventAttribute(name, value)));
        return READER.readBinary(data, data.length, contentType, list, "header 'ce-%s'", RawOptions.NONE, Wire.NOW)
                .draft();
    }

    static List<ProducedMessage> batch(String json) {
        byte[] body = Wire.bytes(json);
        return READER.readBatch(body, body.length, Wire.NOW);
    }

    static InvalidMessagesException refusal(Runnable reading) {
        try {
            reading.run();
        } catch (InvalidMessagesException e) {
            return e;
        }
        throw new AssertionError("Not refused");
    }

    /** Why an event with these members besides those that every event has is refused. */
    static String detail(String members) {
        return refusal(() -> with(members)).getMessage();
    }

    static String written(StoredRecord record, boolean validateJson) {
        JsonOutput out = new JsonOutput(16);
        new CloudEventWriter(validateJson).event(out, Wire.ORDERS, record);
        return Wire.string(out);
    }

    static JsonNode event(StoredRecord record) {
        return Wire.parsed(written(record, true));
    }

    /** What an event in JSON says, whichever way it says it: all of its attributes, and its data as bytes. */
    static Map<String, String> meaning(String json) {
        DraftRecord draft = structured(json);
        Map<String, String> meaning = new TreeMap<>();
        draft.headers().forEach(header -> meaning.put(header.name(), Wire.text(header.value())));
        if (draft.value() != null) {
            byte[] bytes = new byte[draft.value().remaining()];
            draft.value().duplicate().get(bytes);
            meaning.put("=data", new String(Base64.getEncoder().encode(bytes), StandardCharsets.US_ASCII));
        }
        return meaning;
    }
}
