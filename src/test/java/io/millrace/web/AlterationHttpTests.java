package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Topics that change, and messages that are deleted. */
class AlterationHttpTests extends HttpTests {

    private Answer alter(String change) {
        return patch("/topics/" + topic, change.replace('\'', '"'));
    }

    private String setting(String name) {
        return get("/topics/" + topic).with(200).json().at("/config").get(name).asString();
    }

    private Answer trim(String before) {
        return delete("/topics/" + topic + "/partitions/0/messages?before=" + before);
    }

    private void produceFive() {
        createTopic(1);
        for (int i = 0; i < 5; i++) {
            produce("{\"value\": %d}".formatted(i));
        }
    }

    @Test
    void aTopicGetsMorePartitionsAndOtherSettings() {
        createTopic(1);
        produce("{\"value\": 1}");
        JsonNode altered = alter("{'partitions': 3, 'config': {'retention.ms': 60000, 'durability': 'written'}}")
                .with(200)
                .json();
        assertThat(altered.at("/name").asString()).isEqualTo(topic);
        assertThat(altered.at("/partitions").size()).isEqualTo(3);
        assertThat(altered.at("/config").get("retention.ms").asString()).isEqualTo("60000");
        JsonNode described = get("/topics/" + topic).with(200).json();
        assertThat(described.at("/partitions").size()).isEqualTo(3);
        assertThat(described.at("/config")).isEqualTo(altered.at("/config"));
        produce("{\"value\": 2, \"partition\": 2}");
        assertThat(messages().size()).isEqualTo(1);
    }

    @Test
    void whatAChangeDoesNotNameStays() {
        createTopic(2);
        alter("{'config': {'retention.ms': '60000'}}").with(200);
        alter("{'config': {'segment.ms': '3600000'}}").with(200);
        alter("{'partitions': 3}").with(200);
        alter("{'config': {}}").with(200);
        assertThat(setting("retention.ms")).isEqualTo("60000");
        assertThat(setting("segment.ms")).isEqualTo("3600000");
        assertThat(get("/topics/" + topic).json().at("/partitions").size()).isEqualTo(3);
    }

    @Test
    void nullTakesASettingBackToTheDefault() {
        createTopic(1);
        JsonNode before = get("/topics/" + topic).with(200).json().at("/config");
        alter("{'config': {'retention.ms': '60000', 'durability': '%s', 'max.message.bytes': '100'}}"
                        .formatted(setting("durability").equals("fsync") ? "written" : "fsync"))
                .with(200);
        JsonNode reset = alter("{'config': {'retention.ms': null, 'durability': null, 'max.message.bytes': null}}")
                .with(200)
                .json();
        assertThat(reset.at("/config")).isEqualTo(before);
    }

    @Test
    void aChangeCountsForTheNextMessage() {
        createTopic(1);
        String large = "{\"value\": \"%s\"}".formatted("x".repeat(400));
        produce(large);
        alter("{'config': {'max.message.bytes': '300'}}").with(200);
        post("/topics/" + topic + "/messages", large).problem(413, "message-too-large");
        produce("{\"value\": 1}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{'partitions': null}",
                "{'partitions': 1}",
                "{'partitions': 0}",
                "{'partitions': '4'}",
                "{'partitons': 4}",
                "{'name': 'other', 'partitions': 4}",
                "{'config': []}",
                "{'config': {'retention': '1'}}",
                "{'config': {'retention': null}}",
                "{'config': {'retention.ms': 'soon'}}",
                "{'config': {'retention.ms': {}}}",
                "{'config': {'segment.ms': '0'}}",
                "{'config': {'max.message.bytes': '1073741824'}}",
                "{'partitions': 4, 'config': {'durability': 'maybe'}}"
            })
    void whatIsNoChangeIsRefusedAndChangesNothing(String change) {
        createTopic(2);
        JsonNode before = get("/topics/" + topic).with(200).json();
        assertThat(alter(change).detail(422, "invalid-topic")).hasSizeGreaterThan(10);
        assertThat(get("/topics/" + topic).json()).isEqualTo(before);
    }

    @Test
    void fewerPartitionsAreRefusedByNumber() {
        createTopic(2);
        assertThat(alter("{'partitions': 1}").detail(422, "invalid-topic")).contains("2 partitions", topic);
    }

    @Test
    void tooManyPartitionsAreRefusedByTheLimit() {
        createTopic(2);
        assertThat(alter("{'partitions': 1001}").detail(422, "limit-reached"))
                .contains("millrace.limits.max-partitions-per-topic");
        assertThat(alter("{'partitions': 2147483647}").detail(422, "limit-reached"))
                .contains("millrace.limits.max-partitions-per-topic");
    }

    @Test
    void aChangeOfNoTopicIsNotFound() {
        alter("{'partitions': 4}").problem(404, "topic-not-found");
        patch("/topics/__millrace_groups", "{\"partitions\": 40}").problem(404, "topic-not-found");
        patch("/topics/a%20b", "{\"partitions\": 4}").problem(422, "invalid-topic");
    }

    @Test
    void aChangeIsReadAsStrictlyAsATopic() {
        createTopic(1);
        alter("{'partitions': 4").problem(400, "malformed-json");
        patch("/topics/" + topic + "?dry=true", "{\"partitions\": 4}").problem(400, "invalid-parameter");
        method("PATCH", "/topics/" + topic, "Content-Type", "text/plain").with(415);
        post("/topics/" + topic, "application/json", "{\"partitions\": 5}".getBytes(UTF_8))
                .problem(405, "method-not-allowed");
        assertThat(get("/topics/" + topic).json().at("/partitions").size()).isEqualTo(1);
    }

    @Test
    void aPollThatWaitsIsToldOfNewPartitionsByTheirFirstMessage() {
        createTopic(1);
        String consumers = "/groups/" + group + "/consumers";
        post(consumers, "{\"topics\": [\"%s\"], \"consumer\": \"a\"}".formatted(topic))
                .with(201);
        CompletableFuture<Answer> poll = getLater(consumers + "/a/messages?wait=60s");
        alter("{'partitions': 2}").with(200);
        produce("{\"value\": 1, \"partition\": 1}");
        JsonNode answer = soon(poll).with(200).json();
        assertThat(answer.at("/assignment").size()).isEqualTo(2);
        assertThat(answer.at("/messages/0/partition").asInt()).isEqualTo(1);
    }

    @Test
    void messagesBelowAnOffsetAreDeleted() {
        produceFive();
        assertThat(trim("3").with(200).json()).isEqualTo(json("{'partition': 0, 'logStartOffset': 3}"));
        assertThat(messages().size()).isEqualTo(2);
        assertThat(messages().at("/0/offset").asInt()).isEqualTo(3);
        JsonNode outside =
                get("/topics/" + topic + "/partitions/0/messages?offset=2").problem(416, "offset-out-of-range");
        assertThat(outside.at("/logStartOffset").asInt()).isEqualTo(3);
        get("/topics/" + topic + "/partitions/0/messages/2").problem(404, "message-not-found");
        assertThat(get("/topics/" + topic)
                        .json()
                        .at("/partitions/0/logStartOffset")
                        .asInt())
                .isEqualTo(3);
        assertThat(trim("1").with(200).json().at("/logStartOffset").asInt()).isEqualTo(3);
    }

    @Test
    void latestDeletesAllAndOffsetsGoOn() {
        produceFive();
        assertThat(trim("latest").with(200).json().at("/logStartOffset").asInt())
                .isEqualTo(5);
        assertThat(messages().size()).isZero();
        assertThat(produce("{\"value\": 5}").at("/offset").asInt()).isEqualTo(5);
    }

    @Test
    void anOffsetBeyondTheEndIsOutOfRangeAndDeletesNothing() {
        produceFive();
        JsonNode problem = trim("6").problem(416, "offset-out-of-range");
        assertThat(problem.at("/highWatermark").asInt()).isEqualTo(5);
        assertThat(messages().size()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?before", "?before=", "?before=-1", "?before=first", "?before=1&before=2", "?after=1"})
    void whatIsNoOffsetIsRefusedAndDeletesNothing(String query) {
        createTopic(1);
        produce("{\"value\": 1}");
        String path = "/topics/" + topic + "/partitions/0/messages";
        assertThat(delete(path + query).detail(400, "invalid-parameter")).contains("before");
        assertThat(messages().size()).isEqualTo(1);
    }

    @Test
    void whereNothingIsNothingIsDeleted() {
        trim("0").problem(404, "topic-not-found");
        createTopic(1);
        delete("/topics/" + topic + "/partitions/1/messages?before=0").problem(404, "partition-not-found");
        delete("/topics/" + topic + "/partitions/x/messages?before=0").problem(404, "partition-not-found");
        delete("/topics/__millrace_groups/partitions/0/messages?before=latest").problem(404, "topic-not-found");
    }
}
