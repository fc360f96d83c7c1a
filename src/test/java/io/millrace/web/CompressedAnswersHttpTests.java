package io.millrace.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.consume.WaitingPolls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Answers that clients ask to be compressed. */
class CompressedAnswersHttpTests extends HttpTests {

    private static final String VALUE = "all work and no play makes Jack a dull boy; ".repeat(100);

    @Autowired
    WaitingPolls waitingPolls;

    private String place = "";

    @BeforeEach
    void makeTopic() {
        createTopic(1);
        place = "/topics/" + topic + "/partitions/0/messages";
    }

    private void produceLarge() {
        produce("{\"value\": \"%s\"}".formatted(VALUE));
    }

    private void assertCompressed(String path, String coding) {
        Answer plain = get(path).with(200);
        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
        Answer compressed = get(path, "Accept-Encoding", coding).with(200);
        assertThat(compressed.bytes()).hasSizeLessThan(plain.bytes().length / 2);
        assertThat(Encodings.decoded(coding, compressed).text()).isEqualTo(plain.text());
        assertThat(compressed.header("Content-Type")).isEqualTo(plain.header("Content-Type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void aPageIsCompressedAsAskedForAndHasTheLengthOfWhatIsSent(String coding) {
        produceLarge();
        assertCompressed(place, coding);
        assertThat(get(place, "Accept-Encoding", coding).header("Content-Length"))
                .isNotEmpty();
        assertCompressed("/topics/" + topic + "/messages", coding);
        assertCompressed(place + "/0", coding);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip;q=0", "br", "identity;q=1, gzip;q=0.5, zstd;q=0.5"})
    void whoDoesNotWantItGetsAPageAsItIs(String accepted) {
        produceLarge();
        Answer answer = get(place, "Accept-Encoding", accepted).with(200);
        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(answer.text()).contains(VALUE);
        assertThat(answer.header("Vary")).isEqualTo("Accept-Encoding");
    }

    @Test
    void qualitiesDecideAndLinesOfTheHeaderCountTogether() {
        produceLarge();
        Answer answer = get(place, "Accept-Encoding", "zstd;q=0.4", "Accept-Encoding", "gzip;q=0.9");
        assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
    }

    @Test
    void aShortAnswerIsNotCompressed() {
        produce("{\"value\": 1}");
        Answer answer = get(place, "Accept-Encoding", "gzip").with(200);
        assertThat(answer.headers().map()).doesNotContainKeys("content-encoding", "vary");
        assertThat(answer.json().at("/messages").size()).isEqualTo(1);
        assertThat(get("/actuator/health", "Accept-Encoding", "gzip").text()).contains("UP");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void aProblemIsCompressedLikeAnyAnswer(String coding) {
        String longName = "n".repeat(3000);
        Answer answer = get("/topics/" + longName, "Accept-Encoding", coding);
        assertThat(Encodings.decoded(coding, answer).problem(answer.status(), "invalid-topic"))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void whatTheServerTellsOfItselfIsCompressed(String coding) {
        assertCompressed("/openapi.yaml", coding);
        assertCompressed("/v3/api-docs", coding);
        assertCompressed("/swagger-ui/swagger-ui.css", coding);
        assertCompressed("/swagger-ui/swagger-ui-bundle.js", coding);
        assertThat(get("/actuator/prometheus", "Accept-Encoding", coding).header("Content-Encoding"))
                .isEqualTo(coding);
    }

    @Test
    void aPartOfAFileIsCountedInBytesOfTheWhole() {
        Answer part = get("/swagger-ui/swagger-ui.css", "Accept-Encoding", "gzip", "Range", "bytes=0-4999")
                .with(206);
        assertThat(part.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(part.bytes()).hasSize(5000);
    }

    @Test
    void aListOfTopicsIsCompressed() {
        for (int i = 0; i < 20; i++) {
            post("/topics", "{\"name\": \"%s.%d\", \"partitions\": 1}".formatted(topic, i))
                    .with(201);
        }
        assertCompressed("/topics?prefix=" + topic, "zstd");
        assertCompressed("/topics?prefix=" + topic, "gzip");
    }

    @ParameterizedTest
    @CsvSource({"gzip,application/x-ndjson", "zstd,application/x-ndjson"})
    void allLinesOfALogAreCompressed(String coding, String type) {
        for (int i = 0; i < 30; i++) {
            produceLarge();
        }
        Answer answer = get(place, "Accept-Encoding", coding, "Accept", type).with(200);
        assertThat(answer.bytes()).hasSizeLessThan(30 * VALUE.length() / 10);
        assertThat(Encodings.decoded(coding, answer).text().lines())
                .hasSize(30)
                .allSatisfy(
                        line -> assertThat(json(line).at("/value").asString()).isEqualTo(VALUE));
    }

    private String rawPlace(String type, byte[] value) {
        return post("/topics/" + topic + "/messages", type, value).with(201).header("Location") + "?raw=true";
    }

    @Test
    void aValueOnItsOwnIsCompressedUnderItsOwnType() {
        assertCompressed(rawPlace("text/markdown", VALUE.getBytes(UTF_8)), "zstd");
    }

    @Test
    void aValueOfATypeThatIsCompressedInItselfIsGivenAsItIs() {
        Answer answer = get(rawPlace("image/png", VALUE.getBytes(UTF_8)), "Accept-Encoding", "zstd")
                .with(200);
        assertThat(answer.headers().map()).doesNotContainKeys("content-encoding", "vary");
        assertThat(answer.text()).isEqualTo(VALUE);
    }

    @Test
    void headIsAnsweredWithoutABody() {
        produceLarge();
        Answer head = method("HEAD", place, "Accept-Encoding", "gzip").with(200);
        assertThat(head.bytes()).isEmpty();
        assertThat(head.header("Content-Encoding")).isEqualTo("gzip");
    }

    @Test
    void theConnectionServesOnBehindACompressedAnswer() throws IOException {
        produceLarge();
        String request = "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n".formatted(place);
        String answers = Web.send(port, request + "\r\n" + request + "Connection: close\r\n\r\n")
                .body();
        assertThat(answers).contains("HTTP/1.1 200");
    }

    private String subscribe() {
        post("/groups/" + group + "/consumers", "{\"topics\": [\"%s\"], \"consumer\": \"a\"}".formatted(topic))
                .with(201);
        return "/groups/" + group + "/consumers/a/messages";
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void aPollIsCompressedAndCountsAsDelivered(String coding) {
        String poll = subscribe();
        produceLarge();
        Answer answer = get(poll + "?wait=5s", "Accept-Encoding", coding).with(200);
        assertThat(answer.header("Content-Length")).isNotEmpty();
        assertThat(Encodings.decoded(coding, answer)
                        .json()
                        .at("/messages/0/value")
                        .asString())
                .isEqualTo(VALUE);
        assertThat(get(poll).json().at("/messages").size()).isZero();
        assertThat(post("/groups/" + group + "/consumers/a/offsets")
                        .with(200)
                        .json()
                        .at("/offsets/0/offset")
                        .asLong())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void aPollThatWaitedIsCompressed(String coding) {
        String poll = subscribe();
        int before = waitingPolls.count();
        CompletableFuture<Answer> waiting = getLater(poll + "?wait=60s", "Accept-Encoding", coding);
        await(() -> waitingPolls.count() == before + 1);
        produceLarge();
        Answer answer = soon(waiting).with(200);
        assertThat(Encodings.decoded(coding, answer).json().at("/messages").size())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void aCompressedPollWhoseClientWentAwayIsGivenAgain(String coding) throws IOException {
        String poll = subscribe();
        int before = waitingPolls.count();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write("GET %s?wait=60s HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: %s\r\n\r\n"
                            .formatted(poll, coding)
                            .getBytes(UTF_8));
            await(() -> waitingPolls.count() == before + 1);
        }
        produceLarge();
        await(() -> waitingPolls.count() == before);
        Answer again = get(poll + "?wait=10s", "Accept-Encoding", coding).with(200);
        assertThat(Encodings.decoded(coding, again)
                        .json()
                        .at("/messages/0/offset")
                        .asLong())
                .isZero();
    }
}
