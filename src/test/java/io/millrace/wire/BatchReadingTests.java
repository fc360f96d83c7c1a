package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchReadingTests {

    @Test
    void messagesComeInTheOrderOfTheRequest() {
        assertThat(Wire.batch("{\"messages\":[ {\"value\":1} , {\"value\":[2]},{\"key\":\"k\",\"value\":\"3\"}]}"))
                .extracting(message -> Wire.text(message.draft().value()))
                .containsExactly("1", "[2]", "\"3\"");
    }

    @Test
    void aBatchOfOneIsABatch() {
        assertThat(Wire.batch("{\"messages\":[{\"value\":1}]}")).hasSize(1);
    }

    @Test
    void allBadMessagesAreNamed() {
        InvalidMessagesException e =
                Wire.refusal("{\"messages\":[{\"value\":1},{\"vaule\":{\"a\":[1]},\"key\":2},3,[[]],{\"value\":2},"
                        + "{\"headers\":{\"h\":[{\"x\":{}},7]},\"value\":1},{},{\"value\":\"" + "x".repeat(1000)
                        + "\"}]}");

        assertThat(e.isBatch()).isTrue();
        assertThat(e.total()).isEqualTo(6);
        assertThat(e.errors()).extracting(MessageError::index).containsExactly(1, 2, 3, 5, 6, 7);
        assertThat(e.errors())
                .extracting(MessageError::code)
                .containsExactly(
                        "invalid-message",
                        "invalid-message",
                        "invalid-message",
                        "invalid-message",
                        "invalid-message",
                        "message-too-large");
        assertThat(e.errors().getFirst().detail()).isEqualTo("unknown field 'vaule', did you mean 'value'?");
    }

    @Test
    void theFirstHundredErrorsAreKeptAndAllAreCounted() {
        String body = "{\"messages\":[" + String.join(",", Collections.nCopies(150, "{}")) + "]}";

        InvalidMessagesException e = Wire.refusal(body);

        assertThat(e.errors()).hasSize(100);
        assertThat(e.total()).isEqualTo(150);
        assertThat(e).hasMessageStartingWith("150 messages are not valid, nothing was stored. Message 0: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"messages\":[]} | field 'messages' is empty",
                "{\"messages\":{\"value\":1}} | field 'messages' must be an array of messages, not an object",
                "{\"messages\":null} | field 'messages' must be an array of messages, not null",
                "{\"messages\":[{\"value\":1}],\"key\":\"k\"} | field 'key' must not stand beside 'messages'",
                "{\"topic\":\"t\",\"messages\":[{\"value\":1}]} | field 'topic' must not stand beside 'messages'",
                "{\"messages\":[{\"value\":1}],\"messages\":[]} | field 'messages' must not stand beside 'messages'"
            })
    void aWrongBatchIsRefusedAsAWhole(String body, String detail) {
        InvalidMessagesException e = Wire.refusal(body);

        assertThat(e.errors().getFirst().index()).isEqualTo(MessageError.REQUEST);
        assertThat(e.errors().getFirst().detail()).startsWith(detail);
    }

    @Test
    void moreMessagesThanTheLimitAreRefusedWithBothNumbers() {
        String body = "{\"messages\":[" + String.join(",", Collections.nCopies(201, "{\"value\":1}")) + "]}";

        assertThat(Wire.refusal(body))
                .hasMessage(
                        "the batch has 201 messages;" + " the limit is millrace.limits.max-messages-per-request=200");
    }

    @Test
    void asManyMessagesAsTheLimitAreTaken() {
        String body = "{\"messages\":[" + String.join(",", Collections.nCopies(200, "{\"value\":1}")) + "]}";

        assertThat(Wire.batch(body)).hasSize(200);
    }

    @Test
    void jsonThatBreaksOffBehindABadMessageIsMalformed() {
        assertThat(Wire.malformed("{\"messages\":[{\"vaule\":1},{\"value\":2}").reason())
                .contains("']' is missing");
    }
}
