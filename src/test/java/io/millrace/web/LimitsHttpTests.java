package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** Limits, each of which an error names by its setting. */
@TestPropertySource(
        properties = {
            "millrace.topics.auto-create=false",
            "millrace.limits.max-message-bytes=1KB",
            "millrace.limits.max-request-bytes=4KB",
            "millrace.limits.max-messages-per-request=3",
            "millrace.limits.max-headers-per-message=2",
            "millrace.limits.max-partitions-per-topic=8",
            "millrace.limits.max-groups=1",
            "millrace.limits.max-members-per-group=2",
            "millrace.limits.max-waiting-polls=0",
            "millrace.limits.max-poll-messages=10",
            "millrace.limits.max-poll-bytes=2KB",
            "millrace.limits.max-poll-wait=2s"
        })
class LimitsHttpTests extends HttpTests {

    private String place() {
        return "/topics/" + topic + "/messages";
    }

    @Test
    void aMessageHasALargestSize() {
        createTopic(1);
        String large = "x".repeat(1100);
        assertThat(post(place(), "{\"value\": \"%s\"}".formatted(large)).detail(413, "message-too-large"))
                .contains("millrace.limits.max-message-bytes", "1024");
        assertThat(post(place(), "text/plain", large.getBytes(UTF_8)).detail(413, "message-too-large"))
                .contains("1024");
        assertThat(messages().size()).isZero();
    }

    @Test
    void aRequestHasALargestSize() {
        createTopic(1);
        assertThat(post(place(), "text/plain", new byte[5000]).detail(413, "request-too-large"))
                .contains("millrace.limits.max-request-bytes", "4096");
    }

    @Test
    void aBatchHasAMostOfMessages() {
        createTopic(1);
        String four = "{\"messages\": [{\"value\": 1}, {\"value\": 1}, {\"value\": 1}, {\"value\": 1}]}";
        Answer answer = post(place(), four);
        assertThat(answer.status()).isIn(413, 422);
        assertThat(answer.text()).contains("millrace.limits.max-messages-per-request", "3");
        assertThat(messages().size()).isZero();
    }

    @Test
    void aMessageHasAMostOfHeaders() {
        createTopic(1);
        String three = "{\"value\": 1, \"headers\": {\"a\": [\"1\", \"2\"], \"b\": \"3\"}}";
        assertThat(post(place(), three).detail(422, "invalid-message"))
                .contains("millrace.limits.max-headers-per-message", "2");
    }

    @Test
    void aTopicHasAMostOfPartitions() {
        String nine = "{\"name\": \"%s\", \"partitions\": 9}".formatted(topic);
        assertThat(post("/topics", nine).detail(422, "limit-reached"))
                .contains("millrace.limits.max-partitions-per-topic", "8");
    }

    @Test
    void aTopicCannotAllowMoreThanTheServer() {
        String config = "{\"name\": \"%s\", \"config\": {\"max.message.bytes\": \"2048\"}}".formatted(topic);
        assertThat(post("/topics", config).detail(422, "invalid-topic"))
                .contains("millrace.limits.max-message-bytes", "1024");
    }

    @Test
    void thereAreMostGroupsAndMembers() {
        createTopic(1);
        String topics = "{\"topics\": [\"%s\"]}".formatted(topic);
        post("/groups/" + group + "/consumers", topics).with(201);
        post("/groups/" + group + "/consumers", topics).with(201);
        assertThat(post("/groups/" + group + "/consumers", topics).detail(422, "limit-reached"))
                .contains("millrace.limits.max-members-per-group", "2");
        assertThat(post("/groups/" + group + ".more/consumers", topics).detail(422, "limit-reached"))
                .contains("millrace.limits.max-groups", "1");
    }

    @Test
    void anAnswerHasAMostOfMessagesBytesAndWait() {
        createTopic(1);
        String read = "/topics/" + topic + "/partitions/0/messages";
        assertThat(get(read + "?max=11").detail(400, "invalid-parameter"))
                .contains("millrace.limits.max-poll-messages", "10");
        assertThat(get(read + "?maxBytes=4096").detail(400, "invalid-parameter"))
                .contains("millrace.limits.max-poll-bytes", "2048");
        assertThat(get(read + "?wait=3s").detail(400, "invalid-parameter"))
                .contains("millrace.limits.max-poll-wait", "2s");
    }

    @Test
    void tooManyWaitingPollsAreToldWhenToComeBack() {
        createTopic(1);
        Answer answer = get("/topics/" + topic + "/partitions/0/messages?wait=1s");
        assertThat(answer.detail(503, "too-many-waiting-polls")).contains("millrace.limits.max-waiting-polls");
        assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
    }

    @Test
    void aMissingTopicIsNotMadeWhereThatIsOff() {
        assertThat(post(place(), "{\"value\": 1}").detail(404, "topic-not-found"))
                .contains(topic);
        post("/groups/" + group + ".none/consumers", "{\"topics\": [\"%s\"]}".formatted(topic))
                .problem(404, "topic-not-found");
        get("/topics/" + topic).problem(404, "topic-not-found");
    }
}
