package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TopicHttpTests extends HttpTests {

    @Test
    void creationAnswersTheTopicAndItsPlace() {
        Answer answer = post("/topics", """
                        {"name": "%s", "partitions": 2, "config": {"retention.ms": "60000"}}""".formatted(topic)).with(201);
        assertThat(answer.header("Location")).isEqualTo("/topics/" + topic);
        JsonNode made = answer.json();
        assertThat(made.at("/name").asString()).isEqualTo(topic);
        assertThat(made.at("/partitions").size()).isEqualTo(2);
        assertThat(made.at("/partitions/1"))
                .isEqualTo(json("{'partition': 1, 'logStartOffset': 0, 'highWatermark': 0, 'sizeBytes': 0}"));
        assertThat(made.at("/config").get("retention.ms").asString()).isEqualTo("60000");
        assertThat(get("/topics/" + topic).with(200).json()).isEqualTo(made);
    }

    @Test
    void aTopicHasThreePartitionsUnlessToldOtherwise() {
        Answer answer = post("/topics", "{\"name\": \"%s\"}".formatted(topic)).with(201);
        assertThat(answer.json().at("/partitions").size()).isEqualTo(3);
    }

    @Test
    void everyDocumentedSettingIsShown() {
        createTopic(1);
        assertThat(get("/topics/" + topic).json().at("/config").propertyNames())
                .contains(
                        "retention.ms",
                        "retention.bytes",
                        "cleanup.policy",
                        "segment.bytes",
                        "segment.ms",
                        "max.message.bytes",
                        "compression.type",
                        "durability");
    }

    @Test
    void descriptionFollowsWhatIsProduced() {
        createTopic(1);
        produce("{\"value\": \"hello\"}");
        assertThat(get("/topics/" + topic)
                        .json()
                        .at("/partitions/0/highWatermark")
                        .asLong())
                .isEqualTo(1);
        // Not every engine looks at sizes with every question.
        await(() -> get("/topics/" + topic).json().at("/partitions/0/sizeBytes").asLong() > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    void aCompressedTopicGivesBackWhatCameInAndTellsWhatItSaves(String compression) {
        post("/topics", """
                        {"name": "%s", "partitions": 2, "config": {"compression.type": "%s"}}""".formatted(topic, compression)).with(201);
        String value = "all work and no play ".repeat(500);
        produce("{\"value\": \"%s\", \"partition\": 0}".formatted(value));
        assertThat(onlyMessage().at("/value").asString()).isEqualTo(value);
        JsonNode partitions = get("/topics/" + topic).json().at("/partitions");
        assertThat(partitions.get(1).has("compressionRatio")).isFalse();
        if (ON_KAFKA) {
            assertThat(partitions.get(0).has("compressionRatio")).isFalse();
        } else {
            assertThat(partitions.at("/0/compressionRatio").asDouble()).isGreaterThan(5);
            assertThat(partitions.at("/0/sizeBytes").asLong()).isLessThan(value.length() / 5);
        }
    }

    @Test
    void aSecondTopicOfTheNameIsRefused() {
        createTopic(1);
        String again = post("/topics", "{\"name\": \"%s\"}".formatted(topic)).detail(409, "topic-exists");
        assertThat(again).contains(topic);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\": null}",
                "{\"name\": 7}",
                "{\"name\": \"\"}",
                "{\"name\": \".\"}",
                "{\"name\": \"..\"}",
                "{\"name\": \"a/b\"}",
                "{\"name\": \"\u00fcber\"}",
                "{\"name\": \"__mine\"}",
                "{\"name\": \"a\", \"partitions\": 0}",
                "{\"name\": \"a\", \"partitions\": -1}",
                "{\"name\": \"a\", \"partitions\": 1.5}",
                "{\"name\": \"a\", \"partitions\": \"3\"}",
                "{\"name\": \"a\", \"partitions\": 99999999999}",
                "{\"name\": \"a\", \"partitons\": 3}",
                "{\"name\": \"a\", \"config\": []}",
                "{\"name\": \"a\", \"config\": {\"retention\": \"1\"}}",
                "{\"name\": \"a\", \"config\": {\"retention.ms\": \"soon\"}}",
                "{\"name\": \"a\", \"config\": {\"retention.ms\": {}}}",
                "{\"name\": \"a\", \"config\": {\"cleanup.policy\": \"burn\"}}",
                "{\"name\": \"a\", \"config\": {\"durability\": \"maybe\"}}",
                "{\"name\": \"a\", \"config\": {\"compression.type\": \"rar\"}}",
                "{\"name\": \"a\", \"config\": {\"segment.bytes\": \"1\"}}",
                "{\"name\": \"a\", \"name\": \"b\"}",
                "[]",
                "\"a\"",
                "null"
            })
    void whatIsNoTopicIsRefused(String body) {
        assertThat(post("/topics", body).detail(422, "invalid-topic")).hasSizeGreaterThan(10);
    }

    @Test
    void tooLongANameIsRefused() {
        post("/topics", "{\"name\": \"%s\"}".formatted("n".repeat(250))).problem(422, "invalid-topic");
        String longest = "n".repeat(249);
        post("/topics", "{\"name\": \"%s\"}".formatted(longest)).with(201);
        get("/topics/" + longest).with(200);
    }

    @Test
    void anUnknownFieldIsNamedWithItsNeighbours() {
        String detail = post("/topics", "{\"name\": \"a\", \"partitons\": 3}").detail(422, "invalid-topic");
        assertThat(detail).contains("partitons", "partitions");
    }

    @Test
    void anUnknownSettingIsNamed() {
        String detail = post("/topics", "{\"name\": \"a\", \"config\": {\"retention.msec\": \"1\"}}")
                .detail(422, "invalid-topic");
        assertThat(detail).contains("retention.msec", "retention.ms");
    }

    @Test
    void anUnknownTopicIsNotFound() {
        assertThat(get("/topics/" + topic).detail(404, "topic-not-found")).contains(topic);
        delete("/topics/" + topic).problem(404, "topic-not-found");
    }

    @Test
    void theTopicsOfTheServerAreNotFound() {
        get("/topics/__groups").problem(404, "topic-not-found");
        delete("/topics/__groups").problem(404, "topic-not-found");
        assertThat(get("/topics").text()).doesNotContain("\"__");
    }

    @Test
    void deletionAnswersNothingAndTheTopicIsGone() {
        createTopic(1);
        assertThat(delete("/topics/" + topic).with(204).bytes()).isEmpty();
        get("/topics/" + topic).problem(404, "topic-not-found");
    }

    @Test
    void aTopicMadeAgainIsEmpty() {
        createTopic(1);
        produce("{\"value\": 1}");
        delete("/topics/" + topic).with(204);
        createTopic(1);
        assertThat(messages().size()).isZero();
    }

    @Test
    void theListIsPagedByName() {
        for (String name : List.of("c", "a", "b")) {
            post("/topics", "{\"name\": \"%s.%s\", \"partitions\": 1}".formatted(topic, name))
                    .with(201);
        }
        List<String> names = new ArrayList<>();
        String page = "/topics?pageSize=2&prefix=" + topic + ".";
        JsonNode first = get(page).with(200).json();
        first.at("/topics").forEach(entry -> names.add(entry.at("/name").asString()));
        assertThat(first.at("/topics/0/partitions").asInt()).isEqualTo(1);
        JsonNode last = get(page + "&page=" + first.at("/nextPage").asString())
                .with(200)
                .json();
        last.at("/topics").forEach(entry -> names.add(entry.at("/name").asString()));
        assertThat(names).containsExactly(topic + ".a", topic + ".b", topic + ".c");
        assertThat(last.path("nextPage").isMissingNode()
                        || last.path("nextPage").isNull())
                .isTrue();
    }

    @Test
    void aPageThatIsNoneIsRefused() {
        get("/topics?page=%25").problem(400, "invalid-parameter");
        get("/topics?pageSize=0").problem(400, "invalid-parameter");
    }
}
