package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.springframework.test.context.TestPropertySource;

/** A server that is to leave more of its disk free than there is. */
@DisabledIfSystemProperty(
        named = "engine",
        matches = "kafka",
        disabledReason = "a cluster's disks are its own to guard")
@TestPropertySource(properties = "millrace.limits.min-free-bytes=1000000TB")
class FullDiskHttpTests extends HttpTests {

    @Test
    void producesAndNewTopicsAreAnsweredThatThereIsNoSpaceAndWhatToDo() {
        Answer answer = post("/topics/" + topic + "/messages", "{\"value\": 1}");
        assertThat(answer.detail(507, "no-space")).contains("millrace.limits.min-free-bytes", "Delete topics");
        assertThat(answer.header("Retry-After")).isEqualTo("10");
        post("/topics", "{\"name\": \"%s\"}".formatted(topic)).problem(507, "no-space");
        post("/topics/" + topic + "/messages", "application/x-ndjson", "{\"value\": 1}".getBytes(UTF_8))
                .problem(507, "no-space");
    }

    @Test
    void theServerIsReadyToServeReaders() {
        get("/actuator/health/readiness").with(200);
        get("/actuator/health").with(200);
        get("/topics").with(200);
    }
}
