package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An event that comes in in any mode goes out in any mode as the same event; repeat a failure by its seed. */
class CloudEventRoundTripTests {

    private static final String[] JSON_TYPES = {
        "application/json", "application/vnd.sale+json", "text/json;charset=utf-8"
    };
    private static final String[] OTHER_TYPES = {
        "text/plain", "application/xml", "image/png", "text/plain;charset=ISO-8859-1"
    };

    private static LongStream seeds() {
        return LongStream.range(0, 500);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anEventInJsonComesBack(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String event = event(random);

        StoredRecord stored = Wire.stored(CloudEvents.structured(event));

        assertThat(CloudEvents.meaning(CloudEvents.written(stored, random.nextBoolean())))
                .isEqualTo(CloudEvents.meaning(event));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anEventInJsonComesBackBesideItsData(long seed) {
        String event = event(new SplittableRandom(seed));
        StoredRecord stored = Wire.stored(CloudEvents.structured(event));

        CloudEventWriter.Binary binary = new CloudEventWriter(true).binary(stored);
        DraftRecord again = CloudEvents.binary(bytes(stored), binary.contentType(), binary.attributes());

        assertThat(again.headers()).isEqualTo(stored.headers());
        if (stored.value() != null && stored.value().hasRemaining()) {
            assertThat(again.value()).isEqualTo(stored.value());
        } else {
            assertThat(again.value()).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anEventBesideItsDataComesBackInJson(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean json = random.nextBoolean();
        byte[] data = json ? Wire.bytes(RandomJson.value(random, 3)) : randomBytes(random);
        String type = type(random, json);
        DraftRecord first = CloudEvents.binary(data, type, attributes(random));

        DraftRecord again = CloudEvents.structured(CloudEvents.written(Wire.stored(first), true));

        assertThat(again.headers()).containsAll(first.headers());
        // A type that was not given may be told afterwards, where it was implied.
        assertThat(again.headers().size() - first.headers().size()).isBetween(0, type == null ? 1 : 0);
        assertThat(again.value()).isEqualTo(first.value());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anEventThatAnotherClientWroteAsJsonIsNotTouched(long seed) {
        String event = event(new SplittableRandom(seed));
        StoredRecord record = Wire.record(Wire.bytes(event), RecordHeader.text("content-type", CloudEventTypes.EVENT));
        assertThat(CloudEvents.written(record, true)).isEqualTo(event);
    }

    private static String event(SplittableRandom random) {
        Map<String, String> members = new LinkedHashMap<>();
        attributes(random).forEach((name, value) -> members.put(name, quoted(value)));
        if (random.nextBoolean()) {
            members.put("flag", random.nextBoolean() ? "true" : "null");
            members.put("number", Integer.toString(random.nextInt()));
        }
        switch (random.nextInt(4)) {
            case 0 -> putType(members, type(random, random.nextBoolean()));
            case 1 -> {
                putType(members, type(random, true));
                members.put("data", RandomJson.value(random, 3));
            }
            case 2 -> {
                members.put("datacontenttype", quoted(OTHER_TYPES[random.nextInt(3)]));
                members.put("data", RandomJson.string(random, false));
            }
            default -> {
                putType(members, type(random, false));
                members.put("data_base64", quoted(Base64.getEncoder().encodeToString(randomBytes(random))));
            }
        }
        StringBuilder json = new StringBuilder("{");
        members.forEach((name, value) -> json.append(json.length() == 1 ? "" : ",")
                .append(RandomJson.space(random))
                .append('"')
                .append(name)
                .append("\":")
                .append(value));
        return json.append('}').toString();
    }

    private static void putType(Map<String, String> members, String type) {
        if (type != null) {
            members.put("datacontenttype", quoted(type));
        }
    }

    private static Map<String, String> attributes(SplittableRandom random) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("id", "1" + text(random));
        attributes.put("specversion", "1.0");
        attributes.put("type", "t" + text(random));
        attributes.put("source", random.nextBoolean() ? "/tills/7" : "urn:x:%C3%BC?a=[b]");
        if (random.nextBoolean()) {
            attributes.put("time", "2026-11-23T04:05:06.7890Z");
            attributes.put("subject", "s" + text(random));
            attributes.put("dataschema", "https://example.com/schema#a");
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            attributes.put("ext" + i, text(random));
        }
        return attributes;
    }

    /** Text as attributes may hold it. */
    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        RandomJson.text(random)
                .codePoints()
                .filter(c -> CloudEventRules.isText(Character.toString(c)))
                .forEach(text::appendCodePoint);
        return text.toString();
    }

    private static String quoted(String text) {
        JsonOutput out = new JsonOutput(16);
        out.putString(text);
        return Wire.string(out);
    }

    private static String type(SplittableRandom random, boolean json) {
        if (random.nextInt(4) == 0) {
            return null;
        }
        return json ? JSON_TYPES[random.nextInt(3)] : OTHER_TYPES[random.nextInt(4)];
    }

    private static byte[] randomBytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(StoredRecord record) {
        byte[] bytes = new byte[record.value() == null ? 0 : record.value().remaining()];
        if (record.value() != null) {
            record.value().duplicate().get(bytes);
        }
        return bytes;
    }
}
