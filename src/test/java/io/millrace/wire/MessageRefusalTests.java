package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageRefusalTests {

    @Test
    void aMisspeltFieldIsRefusedWithWhatWasMeant() {
        assertThat(Wire.detail("{\"value\":1,\"partitoin\":0}"))
                .isEqualTo("unknown field 'partitoin', did you mean 'partition'?");
    }

    @Test
    void anUnknownFieldIsRefusedWithThoseThatThereAre() {
        assertThat(Wire.detail("{\"value\":1,\"colour\":0}"))
                .startsWith("unknown field 'colour'")
                .contains("headers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic", "offset"})
    void whatTheServerSetsIsRefused(String field) {
        assertThat(Wire.detail("{\"value\":1,\"" + field + "\":0}"))
                .startsWith("field '" + field + "' is set by the server");
    }

    @Test
    void aMessageWithoutValueIsToldHowToSendATombstone() {
        assertThat(Wire.detail("{\"key\":\"k\"}")).contains("\"value\": null");
    }

    @Test
    void bothFormsOfAValueAreRefused() {
        assertThat(Wire.detail("{\"value\":null,\"valueBase64\":\"AA==\"}")).contains("'value' and 'valueBase64'");
    }

    @Test
    void bothFormsOfAKeyAreRefused() {
        assertThat(Wire.detail("{\"key\":\"k\",\"keyBase64\":\"AA==\",\"value\":1}"))
                .contains("'key' and 'keyBase64'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"value\":1,\"value\":1",
                "\"value\":1,\"key\":null,\"key\":\"k\"",
                "\"value\":1,\"headers\":{},\"headers\":{}"
            })
    void aFieldGivenTwiceIsRefused(String fields) {
        assertThat(Wire.detail("{" + fields + "}")).endsWith("is given twice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"key\":1                   | field 'key' must be a string, not a number",
                "\"key\":{\"a\":1}           | field 'key' must be a string, not an object",
                "\"key\":\"\\ud83d\"         | field 'key' holds half of a surrogate pair",
                "\"key\":\"\\ude00\\ud83d\"  | field 'key' holds half of a surrogate pair",
                "\"key\":\"\\ud83dx\"        | field 'key' holds half of a surrogate pair",
                "\"keyBase64\":\"a b=\"      | field 'keyBase64' is not base64",
                "\"keyBase64\":\"_-8=\"      | field 'keyBase64' is not base64",
                "\"keyBase64\":\"A\"         | field 'keyBase64' is not base64",
                "\"keyBase64\":\"AA=\"       | field 'keyBase64' is not base64",
                "\"keyBase64\":\"é\"         | field 'keyBase64' is not base64",
                "\"keyBase64\":[]            | field 'keyBase64' must be a string, not an array",
                "\"partition\":-1            | field 'partition' must be a whole number from 0, not -1",
                "\"partition\":1.0           | field 'partition' must be a whole number from 0, not 1.0",
                "\"partition\":\"1\"         | field 'partition' must be a whole number from 0, not \"1\"",
                "\"partition\":2147483648    | field 'partition' must be a whole number from 0, not 2147483648",
                "\"timestamp\":-1            | field 'timestamp' must be milliseconds since",
                "\"timestamp\":1e12          | field 'timestamp' must be milliseconds since",
                "\"timestamp\":9223372036854775808 | field 'timestamp' must be milliseconds since",
                "\"timestamp\":\"yesterday\" | field 'timestamp' must be milliseconds since",
                "\"timestamp\":\"2026-11-23T04:05:06\" | field 'timestamp' must be milliseconds since",
                "\"timestamp\":\"1969-12-31T23:59:59Z\" | field 'timestamp' must be milliseconds since",
                "\"contentType\":1           | field 'contentType' must be a string, not a number",
                "\"contentType\":\"json\"    | field 'contentType' must be a media type",
                "\"contentType\":\"a/b\\n\"  | field 'contentType' must be a media type",
                "\"headers\":[]              | field 'headers' must be an object of names and values, not an array",
                "\"headers\":\"a\"           | field 'headers' must be an object of names and values, not a string"
            })
    void aFieldOfAWrongTypeIsRefusedWithWhatWouldBeRight(String field, String detail) {
        assertThat(Wire.detail("{" + field + ",\"value\":{\"after\":[]}}")).startsWith(detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[]|an array", "[{\"value\":1}]|an array", "1|a number", "\"x\"|a string", "null|null"})
    void aBodyThatIsNoObjectIsRefused(String body, String found) {
        assertThat(Wire.detail(body))
                .contains("must be an object like {\"key\": \"k\", \"value\": 1}, not " + found)
                .contains("{\"messages\": [...]}");
    }

    @Test
    void aMessageOverTheLimitIsRefusedWithBothNumbers() {
        InvalidMessagesException e =
                Wire.refusal("{\"key\":\"k\",\"value\":\"" + "x".repeat(970) + "\",\"headers\":{\"h\":\"v\"}}");

        assertThat(e.errors())
                .containsExactly(new MessageError(
                        0,
                        "message-too-large",
                        "the message has 1003 bytes of key, value and headers;"
                                + " the limit is millrace.limits.max-message-bytes=1000"));
    }

    @Test
    void aMessageAtTheLimitIsTaken() {
        // 28 bytes of the header content-type: application/json, 1 of the key, 2 quotes.
        String value = "x".repeat(1000 - 28 - 1 - 2);

        assertThat(Wire.draft("{\"key\":\"k\",\"value\":\"" + value + "\"}").sizeInBytes())
                .isEqualTo(1000);
    }

    @Test
    void aLineOfManyMessagesIsToldWhereABatchBelongs() {
        byte[] line = Wire.bytes("{\"messages\":[]}");
        InvalidMessagesException e = assertThrows(
                InvalidMessagesException.class,
                () -> new MessageReader(Wire.LIMITS).readMessage(line, 0, line.length, Wire.NOW));

        assertThat(e.errors().getFirst().detail()).contains("application/json");
    }

    @Test
    void aLongNameIsShortenedInTheAnswer() {
        assertThat(Wire.detail("{\"" + "x".repeat(500) + "\":1}")).hasSizeLessThan(250);
    }
}
