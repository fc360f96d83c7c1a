package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonOutputTests {

    private final JsonOutput out = new JsonOutput(0);

    @Test
    void everyCharacterComesBackFromAParser() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String text = "a" + (char) c + "b";
            out.truncate(0);
            out.putString(text);
            assertThat(Wire.parsed(Wire.string(out)).asString()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyTextComesBackFromAParser(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            String text = RandomJson.text(random);
            out.truncate(0);
            out.put('[');
            out.putString(text);
            out.put(',');
            assertThat(out.putUtf8String(Wire.buffer(text))).isTrue();
            out.put(']');

            assertThat(Wire.parsed(Wire.string(out)).get(0).asString()).isEqualTo(text);
            assertThat(Wire.parsed(Wire.string(out)).get(1).asString()).isEqualTo(text);
        }
    }

    @Test
    void halfASurrogatePairIsEscaped() {
        out.putString("\ud83d");

        assertThat(Wire.string(out)).isEqualTo("\"\\ud83d\"");
    }

    @Test
    void bytesThatAreNotUtf8LeaveNothingBehind() {
        out.put('x');

        assertThat(out.putUtf8String(ByteBuffer.wrap(new byte[] {'a', (byte) 0xC3})))
                .isFalse();
        assertThat(Wire.string(out)).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 100, -1, -10, Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000_000_000_000_000L})
    void numbersAreWrittenInFull(long number) {
        out.putLong(number);

        assertThat(Wire.string(out)).isEqualTo(Long.toString(number));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00.000Z",
        "951782399999, 2000-02-28T23:59:59.999Z",
        "951782400000, 2000-02-29T00:00:00.000Z",
        "253402300799999, 9999-12-31T23:59:59.999Z",
        "253402300800000, +10000-01-01T00:00:00.000Z"
    })
    void timesAreWrittenWithMilliseconds(long millis, String text) {
        out.putTimestamp(millis);

        assertThat(Wire.string(out)).isEqualTo("\"" + text + "\"");
    }

    @Test
    void everyTimeComesBackFromAParser() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            long millis = random.nextLong(0, i % 2 == 0 ? 5_000_000_000_000L : Long.MAX_VALUE);
            out.truncate(0);
            out.putTimestamp(millis);
            String text = Wire.string(out);

            assertThat(Instant.parse(text.substring(1, text.length() - 1)).toEpochMilli())
                    .isEqualTo(millis);
        }
    }

    @Test
    void theLargestTimeIsWritten() {
        out.putTimestamp(Long.MAX_VALUE);

        assertThat(Wire.string(out)).isEqualTo("\"+292278994-08-17T07:12:55.807Z\"");
    }

    @Test
    void whatIsTruncatedIsForgotten() throws IOException {
        out.putAscii("abcdef");
        out.truncate(3);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        out.writeTo(stream);

        assertThat(stream).hasToString("abc");
        assertThatThrownBy(() -> out.truncate(4)).isInstanceOf(IllegalArgumentException.class);
    }
}
