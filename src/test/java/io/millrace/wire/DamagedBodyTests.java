package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends, it gets one of two answers; repeat a failure by its seed. */
class DamagedBodyTests {

    private static final String PIECES = "{}[]:,\"\\ \n0123456789-+.eEuntrfalse\u0000\u001fé😀";

    private static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    private static byte[] valid(SplittableRandom random) {
        String message =
                "{\"key\":%s,\"headers\":{%s:%s,\"b\":[{\"base64\":\"AAA=\"},null]},\"value\":%s,\"timestamp\":%s}"
                        .formatted(
                                RandomJson.string(random, false),
                                RandomJson.string(random, false),
                                RandomJson.string(random, false),
                                RandomJson.value(random, 3),
                                random.nextBoolean() ? "17" : "\"2026-11-23T04:05:06.789Z\"");
        return Wire.bytes(random.nextBoolean() ? message : "{\"messages\":[" + message + ",{\"value\":1}]}");
    }

    private static byte[] damaged(SplittableRandom random, byte[] body) {
        byte[] piece = random.nextInt(4) == 0
                ? new byte[] {(byte) random.nextInt(256)}
                : Wire.bytes(PIECES.codePoints()
                        .skip(random.nextInt(PIECES.codePointCount(0, PIECES.length())))
                        .limit(1)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
        int at = random.nextInt(body.length + 1);
        int dropped = Math.min(random.nextInt(3), body.length - at);
        byte[] result = Arrays.copyOf(body, body.length - dropped + piece.length);
        System.arraycopy(piece, 0, result, at, piece.length);
        System.arraycopy(body, at + dropped, result, at + piece.length, body.length - at - dropped);
        return random.nextInt(20) == 0 ? Arrays.copyOf(result, random.nextInt(result.length + 1)) : result;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aDamagedBodyIsReadOrRefused(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50; i++) {
            byte[] body = valid(random);
            int times = random.nextInt(1, 4);
            for (int k = 0; k < times; k++) {
                body = damaged(random, body);
            }
            checkOutcome(body);
        }
    }

    private static void checkOutcome(byte[] body) {
        boolean json = JsonCheck.isJson(body);
        try {
            switch (Wire.read(body)) {
                case ProduceRequest.Single single -> checkWritable(single.message());
                case ProduceRequest.Batch batch -> batch.messages().forEach(DamagedBodyTests::checkWritable);
            }
            assertThat(json).isTrue();
        } catch (MalformedJsonException e) {
            assertThat(e.getMessage()).startsWith("Malformed JSON at line ").doesNotContain("Source", "`");
            // The second opinion lets half a surrogate pair pass in a property name.
            assertThat(json && !e.reason().contains("surrogate")).isFalse();
        } catch (InvalidMessagesException e) {
            assertThat(e.errors()).isNotEmpty();
            assertThat(json).isTrue();
        }
    }

    private static void checkWritable(ProducedMessage message) {
        Wire.parsed(Wire.written(Wire.stored(message.draft())));
    }
}
