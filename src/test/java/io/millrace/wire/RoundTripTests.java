package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** From a request's body through a record to the answer; repeat a failure by its seed. */
class RoundTripTests {

    private static final MessageReader READER = new MessageReader(new MessageLimits(1 << 20, 100, 100));

    private static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void valuesComeBackByteForByte(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> values = new ArrayList<>();
        StringBuilder body = new StringBuilder("{\"messages\":[");
        for (int i = 0; i < 10; i++) {
            String value = RandomJson.value(random, 4);
            values.add(value);
            String space = RandomJson.space(random);
            body.append(i == 0 ? "" : ",").append(space).append("{\"key\":\"k\",\"value\":" + space);
            body.append(value).append(RandomJson.space(random)).append(random.nextBoolean() ? "" : ",\"partition\":1");
            body.append('}').append(RandomJson.space(random));
        }
        byte[] bytes = Wire.bytes(body.append("]}").toString());

        ProduceRequest.Batch batch = (ProduceRequest.Batch) READER.readJson(bytes, bytes.length, 0);

        for (int i = 0; i < values.size(); i++) {
            DraftRecord draft = batch.messages().get(i).draft();
            String answer = Wire.written(Wire.stored(draft), random.nextBoolean());
            if (values.get(i).equals("null")) {
                assertThat(draft.value()).isNull();
            } else {
                assertThat(Wire.text(draft.value())).isEqualTo(values.get(i));
            }
            assertThat(answer).contains(",\"value\":" + values.get(i) + (draft.value() == null ? "}" : ",\"content"));
            assertThat(Wire.parsed(answer).get("value")).isEqualTo(Wire.parsed(values.get(i)));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void textsMeanTheSameAsTheirLiterals(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String key = RandomJson.string(random, false);
        String text = RandomJson.string(random, false);
        String header = RandomJson.string(random, false);
        String name = RandomJson.string(random, false);
        byte[] bytes = Wire.bytes("{\"key\":%s,\"headers\":{%s:%s},\"value\":%s,\"contentType\":\"text/plain\"}"
                .formatted(key, name, header, text));

        ProduceRequest.Single single = (ProduceRequest.Single) READER.readJson(bytes, bytes.length, 0);
        StoredRecord stored = Wire.stored(single.message().draft());

        assertThat(Wire.text(stored.key())).isEqualTo(Wire.parsed(key).asString());
        assertThat(Wire.text(stored.value())).isEqualTo(Wire.parsed(text).asString());
        JsonNode answer = Wire.parsed(Wire.written(stored));
        assertThat(answer.get("key")).isEqualTo(Wire.parsed(key));
        assertThat(answer.get("value")).isEqualTo(Wire.parsed(text));
        assertThat(answer.get("headers").get(Wire.parsed(name).asString())).isEqualTo(Wire.parsed(header));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anAnswerCanBeSentAgain(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = Wire.bytes("{\"key\":%s,\"headers\":{\"h\":[%s,null,{\"base64\":\"/w==\"}]},\"value\":%s}"
                .formatted(
                        RandomJson.string(random, false),
                        RandomJson.string(random, false),
                        RandomJson.value(random, 3)));
        DraftRecord first = ((ProduceRequest.Single) READER.readJson(bytes, bytes.length, 1))
                .message()
                .draft();

        // What the server sets does not come in again.
        String answer =
                Wire.written(Wire.stored(first)).replace("{\"topic\":\"orders\",\"partition\":2,\"offset\":7,", "{");
        byte[] again = Wire.bytes(answer);

        assertThat(((ProduceRequest.Single) READER.readJson(again, again.length, 2))
                        .message()
                        .draft())
                .isEqualTo(first);
    }
}
