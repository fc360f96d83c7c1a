package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Bodies that are a value themselves. */
class RawBodyHttpTests extends HttpTests {

    private String place = "";

    @BeforeEach
    void makeTheTopic() {
        createTopic(1);
        place = "/topics/" + topic + "/messages";
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/octet-stream", "application/x-protobuf", "text/plain"})
    void theBytesAndTheirTypeComeBack(String type) {
        byte[] bytes = new byte[1000];
        RandomGenerator.of("L64X128MixRandom").nextBytes(bytes);
        bytes[0] = (byte) 0xff;
        Answer answer = post(place, type, bytes).with(201);
        assertThat(answer.json().propertyNames())
                .containsExactlyInAnyOrder("topic", "partition", "offset", "timestamp");
        Answer raw = get(answer.header("Location") + "?raw=true").with(200);
        assertThat(raw.bytes()).isEqualTo(bytes);
        assertThat(raw.header("Content-Type")).isEqualTo(type);
        assertThat(onlyMessage().at("/valueBase64").asString())
                .isEqualTo(Base64.getEncoder().encodeToString(bytes));
        assertThat(onlyMessage().at("/contentType").asString()).isEqualTo(type);
    }

    @Test
    void textIsShownAsAString() {
        post(place, "text/plain", "gr\u00fc\u00dfe".getBytes(UTF_8)).with(201);
        assertThat(onlyMessage().at("/value").asString()).isEqualTo("gr\u00fc\u00dfe");
    }

    @Test
    void jsonOfAnotherTypeIsShownAsJson() {
        post(place, "application/vnd.order+json", "{\"a\": 1e400}".getBytes(UTF_8))
                .with(201);
        assertThat(get("/topics/" + topic + "/partitions/0/messages").text()).contains("\"value\":{\"a\": 1e400}");
    }

    @Test
    void anEmptyBodyIsAnEmptyValueAndNoTombstone() {
        post(place, "text/plain", new byte[0]).with(201);
        assertThat(onlyMessage().at("/value").asString()).isEmpty();
        assertThat(onlyMessage().at("/value").isNull()).isFalse();
    }

    @Test
    void keyPartitionAndTimestampComeFromTheQuery() {
        post(place + "?key=sch%C3%B6n+1&partition=0&timestamp=2024-01-02T03:04:05.678Z", "text/plain", new byte[] {'x'})
                .with(201);
        JsonNode message = onlyMessage();
        assertThat(message.at("/key").asString()).isEqualTo("sch\u00f6n 1");
        assertThat(message.at("/timestamp").asString()).isEqualTo("2024-01-02T03:04:05.678Z");
    }

    @Test
    void timestampsComeInAsMillisecondsToo() {
        post(place + "?timestamp=1704164645678", "text/plain", new byte[] {'x'}).with(201);
        assertThat(onlyMessage().at("/timestamp").asString()).isEqualTo("2024-01-02T03:04:05.678Z");
    }

    @Test
    void messageHeadersAreKeptAndRepeat() {
        post(
                        place,
                        "text/plain",
                        new byte[] {'x'},
                        "Message-Header-trace",
                        "1",
                        "Message-Header-tag",
                        "a",
                        "Message-Header-tag",
                        "b",
                        "Other",
                        "c")
                .with(201);
        assertThat(onlyMessage().at("/headers")).isEqualTo(json("{'trace': '1', 'tag': ['a', 'b']}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "partition=x",
                "partition=-1",
                "partition=%2B0",
                "partition=99999999999",
                "timestamp=soon",
                "partitoin=0",
                "key=a&key=b",
                "key=%ff",
                "partition="
            })
    void wrongParametersAreRefused(String query) {
        post(place + "?" + query, "text/plain", new byte[] {'x'}).problem(400, "invalid-parameter");
        assertThat(messages().size()).isZero();
    }

    @Test
    void anUnknownPartitionIsNotFound() {
        post(place + "?partition=7", "text/plain", new byte[] {'x'}).problem(404, "partition-not-found");
    }

    @Test
    void theHeaderOfTheContentTypeCannotBeGivenTwice() {
        Answer answer = post(place, "text/plain", new byte[] {'x'}, "Message-Header-content-type", "text/html");
        assertThat(answer.detail(422, "invalid-message")).contains("content-type");
    }

    @Test
    void aTypeThatIsNoneIsRefused() {
        post(place, "nonsense", new byte[] {'x'}).problem(422, "invalid-message");
    }
}
