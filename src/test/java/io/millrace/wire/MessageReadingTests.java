package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReadingTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e400",
                "12345678901234567890.123",
                "-0",
                "0",
                "true",
                "false",
                "\"\"",
                "\"two  spaces\"",
                "\"\\u00e9 \\/ \\\" \\\\ \\ud83d\\ude00 \\ud800\"",
                "\"é 😀 \u2028\"",
                "{}",
                "[]",
                "{\"b\":1,\"a\":2,\"b\":3}",
                "{ \"a\" :\n\t[ 1 ,2.0E+5,\r\n null ] , \"\" : { \"}\" : \"]\" } }"
            })
    void aJsonValueIsKeptByteForByte(String value) {
        assertThat(Wire.text(Wire.draft("{\"value\":" + value + "}").value())).isEqualTo(value);
        assertThat(Wire.text(Wire.draft(" {\n \"value\" :\t" + value + " \r\n, \"key\" : \"k\" } ")
                        .value()))
                .isEqualTo(value);
    }

    @Test
    void aValueIsAViewOfTheBody() {
        byte[] body = Wire.bytes("{\"value\":{\"a\":1}}");

        ByteBuffer value =
                ((ProduceRequest.Single) Wire.read(body)).message().draft().value();

        assertThat(value.array()).isSameAs(body);
    }

    @Test
    void aValueWithoutContentTypeIsMarkedAsJson() {
        assertThat(Wire.headers(Wire.draft("{\"value\":1}"))).containsExactly("content-type=application/json");
    }

    @Test
    void theHeaderOfTheCommonContentTypeIsShared() {
        RecordHeader one = Wire.draft("{\"value\":1}").headers().getFirst();
        RecordHeader other = Wire.draft("{\"value\":2,\"contentType\":\"application/json\",\"headers\":{}}")
                .headers()
                .getFirst();

        assertThat(one).isSameAs(other);
    }

    @Test
    void nullIsATombstoneWithoutContentType() {
        DraftRecord draft = Wire.draft("{\"key\":\"k\",\"value\":null}");

        assertThat(draft.value()).isNull();
        assertThat(draft.headers()).isEmpty();
    }

    @Test
    void aTombstoneKeepsAContentTypeThatWasGiven() {
        assertThat(Wire.headers(Wire.draft("{\"value\":null,\"contentType\":\"text/plain\"}")))
                .containsExactly("content-type=text/plain");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"k\"            | k",
                "\"\"             | ``",
                "\"a\\\"b\\\\c\\/\\n\\t\\r\\b\\f\" | `a\"b\\c/\n\t\r\b\f`",
                "\"\\u00e9\\u20ac\\uD83D\\uDE00\\u0041\" | é€😀A",
                "\"é€😀\"         | é€😀"
            })
    void aKeyIsTheTextOfItsString(String json, String key) {
        assertThat(Wire.text(Wire.draft("{\"key\":" + json + ",\"value\":1}").key()))
                .isEqualTo(key);
    }

    @Test
    void aKeyMayBeGivenInBase64() {
        assertThat(Wire.draft("{\"keyBase64\":\"/wA=\",\"value\":1}").key())
                .isEqualTo(ByteBuffer.wrap(new byte[] {(byte) 0xFF, 0}));
    }

    @Test
    void base64MayLeaveOutItsPaddingAndEscapeItsSlashes() {
        assertThat(Wire.draft("{\"valueBase64\":\"\\/wA\"}").value())
                .isEqualTo(ByteBuffer.wrap(new byte[] {(byte) 0xFF, 0}));
    }

    @Test
    void bytesWithoutContentTypeAreMarkedAsBytes() {
        assertThat(Wire.headers(Wire.draft("{\"valueBase64\":\"AA==\"}")))
                .containsExactly("content-type=application/octet-stream");
    }

    @Test
    void optionalFieldsMayBeNull() {
        ProducedMessage message = Wire.message("{\"key\":null,\"keyBase64\":null,\"value\":1,\"valueBase64\":null,"
                + "\"contentType\":null,\"headers\":null,\"partition\":null,\"timestamp\":null}");

        assertThat(message.partition()).isNull();
        assertThat(message.draft().key()).isNull();
        assertThat(message.draft().timestamp()).isEqualTo(Wire.NOW);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17, Integer.MAX_VALUE})
    void aPartitionIsAWholeNumberFromZero(int partition) {
        assertThat(Wire.message("{\"value\":1,\"partition\":" + partition + "}").partition())
                .isEqualTo(partition);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1763870706789, 1763870706789",
        "\"2026-11-23T04:05:06.789Z\", 1795406706789",
        "\"2026-11-23T06:05:06.789+02:00\", 1795406706789",
        "\"2026-11-23T04:05Z\", 1795406700000"
    })
    void aTimestampIsEpochMillisecondsOrIso8601(String json, long millis) {
        assertThat(Wire.draft("{\"value\":1,\"timestamp\":" + json + "}").timestamp())
                .isEqualTo(millis);
    }

    @Test
    void aMessageWithoutTimestampIsOfNow() {
        assertThat(Wire.draft("{\"value\":1}").timestamp()).isEqualTo(Wire.NOW);
    }

    @Test
    void onlyTheGivenLengthOfTheBodyCounts() {
        byte[] body = Wire.bytes("{\"value\":1}garbage");

        ProduceRequest request = new MessageReader(Wire.LIMITS).readJson(body, body.length - 7, Wire.NOW);

        assertThat(request).isInstanceOf(ProduceRequest.Single.class);
    }

    @Test
    void aMessageIsReadFromTheMiddleOfABuffer() {
        byte[] lines = Wire.bytes("{\"value\":1}\n{\"key\":\"k\", \"value\": [2] }\n");

        DraftRecord draft = new MessageReader(Wire.LIMITS)
                .readMessage(lines, 12, lines.length - 13, Wire.NOW)
                .draft();

        assertThat(Wire.text(draft.key())).isEqualTo("k");
        assertThat(Wire.text(draft.value())).isEqualTo("[2]");
    }

    @Test
    void aByteOrderMarkOfUtf8IsIgnored() {
        assertThat(Wire.text(Wire.draft("\uFEFF{\"key\":\"k\",\"value\":\"é\"}").value()))
                .isEqualTo("\"é\"");
    }
}
