package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ProduceHttpTests extends HttpTests {

    private String place() {
        return "/topics/" + topic + "/messages";
    }

    @Test
    void oneMessageIsAnsweredWithItsPlace() {
        createTopic(1);
        Answer answer = post(place(), "{\"value\": 1, \"timestamp\": \"2024-01-02T03:04:05.678Z\"}")
                .with(201);
        assertThat(answer.header("Location")).isEqualTo("/topics/" + topic + "/partitions/0/messages/0");
        assertThat(answer.json())
                .isEqualTo(json("{'topic': '%s', 'partition': 0, 'offset': 0, 'timestamp': '2024-01-02T03:04:05.678Z'}"
                        .formatted(topic)));
        get(answer.header("Location")).with(200);
    }

    @Test
    void aBatchIsAnsweredInItsOrder() {
        createTopic(2);
        JsonNode offsets = post(place(), """
                        {"messages": [{"value": 1, "partition": 1}, {"value": 2, "partition": 0}, {"value": 3, "partition": 1}]}""").with(200).json().at("/offsets");
        assertThat(offsets.size()).isEqualTo(3);
        assertThat(offsets.get(0).propertyNames()).containsExactlyInAnyOrder("partition", "offset", "timestamp");
        assertThat(offsets.get(2).at("/partition").asInt()).isEqualTo(1);
        assertThat(offsets.get(2).at("/offset").asLong()).isEqualTo(1);
    }

    @Test
    void oneBadMessageStoresNothingOfItsBatch() {
        createTopic(1);
        JsonNode problem = post(place(), """
                        {"messages": [{"value": 1}, {"vaule": 2}, {"value": 3, "partition": 9}, {"value": 1, "valueBase64": "AA=="}]}""").problem(422, "invalid-message");
        JsonNode errors = problem.at("/errors");
        assertThat(errors.get(0).at("/index").asInt()).isEqualTo(1);
        assertThat(errors.get(0).at("/code").asString()).isEqualTo("invalid-message");
        assertThat(errors.get(0).at("/detail").asString()).contains("vaule", "value");
        assertThat(messages().size()).isZero();
    }

    @Test
    void everyBadMessageOfABatchIsListed() {
        JsonNode problem = post(place(), "{\"messages\": [{}, {\"value\": 1}, {\"value\": 1, \"key\": 2}]}")
                .problem(422, "invalid-message");
        assertThat(problem.at("/errors").size()).isEqualTo(2);
        assertThat(problem.at("/errors/1/index").asInt()).isEqualTo(2);
    }

    @Test
    void aRefusedBatchMakesNoTopic() {
        post(place(), "{\"messages\": [{}]}").problem(422, "invalid-message");
        get("/topics/" + topic).problem(404, "topic-not-found");
    }

    @Test
    void aMissingTopicIsMade() {
        produce("{\"value\": 1}");
        assertThat(get("/topics/" + topic).with(200).json().at("/partitions").size())
                .isEqualTo(3);
    }

    @Test
    void theSameKeyBytesGoToTheSamePartition() {
        createTopic(3);
        int partition =
                produce("{\"key\": \"k1\", \"value\": 1}").at("/partition").asInt();
        assertThat(produce("{\"key\": \"k1\", \"value\": 2}").at("/partition").asInt())
                .isEqualTo(partition)
                .isEqualTo(produce("{\"keyBase64\": \"azE=\", \"value\": 2}")
                        .at("/partition")
                        .asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e400",
                "12345678901234567890.123",
                "-0.0",
                "{\"b\":1,\"a\":2,\"b  \":[1,  2]}",
                "\"two  spaces, \u00fc, \\u00fc, \\/ and \ud83d\ude00\"",
                "true",
                "[]",
                "{}",
                "\"\""
            })
    void aValueComesBackAsTheBytesThatWentIn(String value) {
        createTopic(1);
        produce("{\"value\": %s}".formatted(value));
        assertThat(get("/topics/" + topic + "/partitions/0/messages").text())
                .contains("\"value\":" + value + ",\"contentType\":\"application/json\"");
        assertThat(get("/topics/" + topic + "/partitions/0/messages/0?raw=true").text())
                .isEqualTo(value);
    }

    @Test
    void aTombstoneIsAValueOfNull() {
        createTopic(1);
        produce("{\"key\": \"k\", \"value\": null}");
        JsonNode message = onlyMessage();
        assertThat(message.has("value")).isTrue();
        assertThat(message.at("/value").isNull()).isTrue();
    }

    @Test
    void bytesComeBackAsBase64() {
        createTopic(1);
        produce("{\"keyBase64\": \"/wA=\", \"valueBase64\": \"AP8=\", \"contentType\": \"application/octet-stream\"}");
        JsonNode message = onlyMessage();
        assertThat(message.at("/keyBase64").asString()).isEqualTo("/wA=");
        assertThat(message.at("/valueBase64").asString()).isEqualTo("AP8=");
        assertThat(message.at("/contentType").asString()).isEqualTo("application/octet-stream");
    }

    @Test
    void headersRepeatAndCarryBytes() {
        createTopic(1);
        produce("{\"value\": 1, \"headers\": {\"a\": \"x\", \"b\": [\"y\", \"z\"], \"c\": {\"base64\": \"/w==\"}}}");
        assertThat(onlyMessage().at("/headers"))
                .isEqualTo(json("{'a': 'x', 'b': ['y', 'z'], 'c': {'base64': '/w=='}}"));
    }

    @Test
    void keysAndHeaderNamesAreUnicode() {
        createTopic(1);
        produce(
                "{\"key\": \"sch\u00f6n \ud83d\ude00\", \"value\": 1, \"headers\": {\"gr\u00f6\u00dfe\": \"gro\u00df\"}}");
        assertThat(onlyMessage().at("/key").asString()).isEqualTo("sch\u00f6n \ud83d\ude00");
        assertThat(onlyMessage().at("/headers/gr\u00f6\u00dfe").asString()).isEqualTo("gro\u00df");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1704164645678", "\"2024-01-02T03:04:05.678Z\"", "\"2024-01-02T04:04:05.678+01:00\""})
    void timestampsComeInBothWays(String timestamp) {
        JsonNode stored = produce("{\"value\": 1, \"timestamp\": %s}".formatted(timestamp));
        assertThat(stored.at("/timestamp").asString()).isEqualTo("2024-01-02T03:04:05.678Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "7",
                "{\"vaule\": 1}",
                "{\"value\": 1, \"valueBase64\": \"AA==\"}",
                "{\"value\": 1, \"key\": \"a\", \"keyBase64\": \"AA==\"}",
                "{\"valueBase64\": \"?\"}",
                "{\"value\": 1, \"key\": 5}",
                "{\"value\": 1, \"partitoin\": 0}",
                "{\"value\": 1, \"partition\": \"0\"}",
                "{\"value\": 1, \"partition\": -1}",
                "{\"value\": 1, \"partition\": 1e99}",
                "{\"value\": 1, \"offset\": 0}",
                "{\"value\": 1, \"topic\": \"a\"}",
                "{\"value\": 1, \"timestamp\": -1}",
                "{\"value\": 1, \"timestamp\": \"yesterday\"}",
                "{\"value\": 1, \"timestamp\": 99999999999999999999}",
                "{\"value\": 1, \"headers\": []}",
                "{\"value\": 1, \"headers\": {\"a\": 1}}",
                "{\"value\": 1, \"headers\": {\"a\": {\"base46\": \"AA==\"}}}",
                "{\"value\": 1, \"headers\": {\"content-type\": \"text/plain\"}}",
                "{\"value\": 1, \"contentType\": \"text/plain\"}",
                "{\"value\": 1, \"contentType\": \"nonsense\"}",
                "{\"messages\": []}",
                "{\"messages\": {}}",
                "{\"messages\": [1]}",
                "{\"messages\": [{\"value\": 1}], \"value\": 1}"
            })
    void whatIsNoMessageIsRefused(String body) {
        assertThat(post(place(), body).detail(422, "invalid-message")).hasSizeGreaterThan(15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"value\": 1,}", "{\"value\": 1} x", "{\"value\": 01}", "{value: 1}", "nul"})
    void whatIsNoJsonIsRefusedWithItsPlace(String body) {
        JsonNode problem = post(place(), body).problem(400, "malformed-json");
        assertThat(problem.at("/line").asInt()).isEqualTo(1);
        assertThat(problem.at("/detail").asString()).contains("line 1");
    }

    @Test
    void jsonThatIsNotUtf8IsRefused() {
        byte[] body = {'{', '"', 'v', 'a', 'l', 'u', 'e', '"', ':', '"', (byte) 0xff, '"', '}'};
        assertThat(post(place(), "application/json", body).detail(400, "malformed-json"))
                .contains("UTF-8");
    }

    @Test
    void jsonInAnotherCharsetIsRefused() {
        post(place(), "application/json; charset=latin1", "{}".getBytes(UTF_8)).problem(415, "unsupported-media-type");
        post(place(), "application/json; charset=utf-8", "{\"value\": 1}".getBytes(UTF_8))
                .with(201);
    }

    @Test
    void anUnknownPartitionIsNotFound() {
        createTopic(1);
        assertThat(post(place(), "{\"value\": 1, \"partition\": 1}").detail(404, "partition-not-found"))
                .contains(topic, "1");
    }

    @Test
    void aPathMayBeWrittenInOtherWays() {
        String encoded = "%%%02X".formatted((int) topic.charAt(0)) + topic.substring(1);
        for (String path : new String[] {encoded, topic + ";v=1"}) {
            JsonNode stored = post("/topics/" + path + "/messages", "{\"value\": 1}")
                    .with(201)
                    .json();
            assertThat(stored.at("/topic").asString()).isEqualTo(topic);
        }
    }

    @Test
    void reservedAndIllegalNamesAreRefused() {
        assertThat(post("/topics/__groups/messages", "{\"value\": 1}").detail(422, "invalid-topic"))
                .contains("__");
        post("/topics/a%20b/messages", "{\"value\": 1}").problem(422, "invalid-topic");
    }

    @Test
    void aFormIsShownTheRightCurlLine() {
        String form = "application/x-www-form-urlencoded";
        assertThat(post(place(), form, "{\"value\": 1}".getBytes(UTF_8)).detail(415, "unsupported-media-type"))
                .contains("curl", "-H 'Content-Type: application/json'", place());
    }

    @Test
    void parametersOfRawBodiesAreRefusedForJson() {
        assertThat(post(place() + "?partition=0", "{\"value\": 1}").detail(400, "invalid-parameter"))
                .contains("partition");
    }

    @Test
    void messageHeadersOfRawBodiesAreRefusedForJson() {
        Answer answer = post(place(), "application/json", "{\"value\": 1}".getBytes(UTF_8), "Message-Header-a", "x");
        assertThat(answer.detail(422, "invalid-message")).contains("Message-Header-a", "headers");
    }
}
