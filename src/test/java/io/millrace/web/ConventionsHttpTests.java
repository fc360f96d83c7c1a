package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every request. */
class ConventionsHttpTests extends HttpTests {

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/topics/", "/topics/a/b", "/groups/g/consumer", "/error", "/topics//x"})
    void anUnknownPathIsNotFound(String path) {
        assertThat(get(path, "Accept", "text/html, */*;q=0.1").detail(404, "not-found"))
                .contains(path);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /topics, GET POST",
        "DELETE, /topics, GET POST",
        "PUT, /topics/t, GET DELETE",
        "PUT, /topics/t/messages, POST",
        "POST, /topics/t/partitions/0/messages, GET",
        "DELETE, /topics/t/partitions/0/messages/1, GET",
        "POST, /groups, GET",
        "GET, /groups/g/consumers, POST",
        "POST, /groups/g/consumers/c, GET DELETE",
        "POST, /groups/g/consumers/c/messages, GET",
        "GET, /groups/g/consumers/c/offsets, POST",
        "GET, /groups/g/consumers/c/heartbeat, POST",
        "BREW, /topics, GET POST"
    })
    void aWrongMethodIsToldTheRightOnes(String method, String path, String allowed) {
        Answer answer = method(method, path);
        answer.problem(405, "method-not-allowed");
        assertThat(answer.header("Allow").split(", ?")).contains(allowed.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/topics", "/topics/t", "/groups", "/groups/g", "/groups/g/offsets", "/groups/g/consumers/c"})
    void anUnknownParameterIsRefused(String path) {
        assertThat(get(path + "?partitoin=1").detail(400, "invalid-parameter")).contains("partitoin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/topics", "/groups", "/topics/t/partitions/0/messages"})
    void anAnswerThatIsNotTakenIsNotAcceptable(String path) {
        assertThat(get(path, "Accept", "image/png").detail(406, "not-acceptable"))
                .contains("application/json");
    }

    @Test
    void aWriteWhoseAnswerIsNotTakenIsNotDone() {
        post(
                        "/topics",
                        "application/json",
                        "{\"name\": \"%s\"}".formatted(topic).getBytes(UTF_8),
                        "Accept",
                        "text/html")
                .problem(406, "not-acceptable");
        get("/topics/" + topic).problem(404, "topic-not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/topics", "/groups/g/consumers", "/groups/g/consumers/c/offsets"})
    void aBodyOfAnotherTypeIsNotSupported(String path) {
        assertThat(post(path, "text/plain", "{}".getBytes(UTF_8)).detail(415, "unsupported-media-type"))
                .contains("application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/topics", "/groups/g/consumers", "/groups/g/consumers/c/offsets"})
    void aFormIsShownTheRightCurlLine(String path) {
        String form = "application/x-www-form-urlencoded";
        assertThat(post(path, form, "{}".getBytes(UTF_8)).detail(415, "unsupported-media-type"))
                .contains("curl -H 'Content-Type: application/json'", path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/topics", "/groups/g/consumers", "/topics/t/messages", "/groups/g/consumers/c/offsets"})
    void malformedJsonIsToldItsPlace(String path) {
        assertThat(post(path, "{\n  \"a\": nope}").detail(400, "malformed-json"))
                .contains("line 2");
    }

    @Test
    void deepNestingIsNoFailureOfTheServer() {
        String deep = "[".repeat(100_000);
        assertThat(post("/topics", deep).status()).isBetween(400, 422);
        assertThat(post("/topics/" + topic + "/messages", "{\"value\": " + deep + "}")
                        .status())
                .isBetween(400, 422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/topics", "/groups"})
    void headIsTheAnswerWithoutItsBody(String path) {
        Answer answer = method("HEAD", path).with(200);
        assertThat(answer.bytes()).isEmpty();
        assertThat(answer.header("Content-Type")).startsWith("application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/topics/a%00b", "/topics/a%2Fb", "/topics/%ff", "/topics/..%5c", "/topics/;a=b"})
    void oddPathsAreProblems(String path) {
        Answer answer = get(path);
        assertThat(answer.status()).isIn(400, 404, 422);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void healthIsTold() {
        get("/actuator/health").with(200);
        get("/actuator/health/liveness").with(200);
        get("/actuator/health/readiness").with(200);
        assertThat(get("/actuator/prometheus").with(200).text()).contains("# TYPE");
    }

    @Test
    void requestsAreTimedByWhatTheyAskedFor() {
        get("/topics/none-of-that-name").with(404);
        await(
                () -> get("/actuator/prometheus")
                        .text()
                        .contains(
                                "http_server_requests_seconds_count{method=\"GET\",outcome=\"CLIENT_ERROR\",status=\"404\",uri=\"/topics/{topic}\"}"));
    }
}
