package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Producing to a topic that keeps the newest message of each key. */
class CompactedTopicHttpTests extends HttpTests {

    @BeforeEach
    void compacted() {
        post("/topics", """
                {"name": "%s", "partitions": 1, "config": {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": 0.25,
                "segment.bytes": 1048576}}""".formatted(topic)).with(201);
    }

    private JsonNode refused(Answer answer) {
        JsonNode problem = answer.problem(422, "invalid-message");
        assertThat(problem.at("/detail").asString()).contains("needs a key").contains("cleanup.policy");
        assertThat(messages()).isEmpty();
        return problem;
    }

    @Test
    void itsSettingsAreShown() {
        JsonNode config = get("/topics/" + topic).with(200).json().at("/config");
        assertThat(config.get("cleanup.policy").asString()).isEqualTo("compact");
        assertThat(config.get("min.cleanable.dirty.ratio").asString()).isEqualTo("0.25");
        assertThat(config.get("delete.retention.ms").asString()).isEqualTo("86400000");
    }

    @Test
    void aMessageWithoutAKeyIsRefused() {
        refused(post("/topics/" + topic + "/messages", "{\"value\": 1}"));
        refused(post("/topics/" + topic + "/messages", "text/plain", "1".getBytes(UTF_8)));
    }

    @Test
    void aBatchIsRefusedAsAWholeAndToldWhichMessagesLackOne() {
        JsonNode problem = refused(post(
                "/topics/" + topic + "/messages",
                "{\"messages\": [{\"key\": \"a\", \"value\": 1}, {\"value\": 2}, {\"value\": 3, \"partition\": 0}]}"));
        assertThat(problem.at("/errors").size()).isEqualTo(2);
        assertThat(problem.at("/errors/0/index").asInt()).isEqualTo(1);
        assertThat(problem.at("/errors/0/code").asString()).isEqualTo("invalid-message");
    }

    @Test
    void aStreamLosesOnlyTheLinesThatLackOne() {
        JsonNode answer = post(
                        "/topics/" + topic + "/messages",
                        "application/x-ndjson",
                        "{\"key\": \"a\", \"value\": 1}\n{\"value\": 2}\n{\"key\": \"b\", \"value\": null}\n"
                                .getBytes(UTF_8))
                .with(200)
                .json();
        assertThat(answer.at("/accepted").asInt()).isEqualTo(2);
        assertThat(answer.at("/errors/0/line").asInt()).isEqualTo(2);
        assertThat(answer.at("/errors/0/detail").asString()).contains("needs a key");
    }

    @Test
    void ofEachKeyTheNewestMessageStaysAndTheOthersAreNotFound() {
        produce("{\"key\": \"a\", \"value\": 1}");
        produce("{\"key\": \"b\", \"value\": 1}");
        produce("{\"key\": \"a\", \"value\": 2}");
        String large = "{\"key\": \"large\", \"value\": \"%s\"}".formatted("x".repeat(600_000));
        // The last segment is left alone.
        produce(large);
        produce(large);
        produce(large);
        String first = "/topics/" + topic + "/partitions/0/messages/0";
        await(() -> get(first).status() == 404);
        get(first).problem(404, "message-not-found");
        JsonNode messages = get("/topics/" + topic + "/partitions/0/messages?offset=0&max=2")
                .with(200)
                .json();
        assertThat(messages.at("/messages/0/key").asString()).isEqualTo("b");
        assertThat(messages.at("/messages/1/key").asString()).isEqualTo("a");
        assertThat(messages.at("/messages/1/value").asInt()).isEqualTo(2);
        assertThat(messages.at("/messages/1/offset").asInt()).isEqualTo(2);
        assertThat(messages.at("/nextOffset").asInt()).isEqualTo(3);
    }
}
