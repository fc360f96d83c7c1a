package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.consume.WaitingPolls;
import io.millrace.log.kafka.KafkaCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What a server owes to requests that another one of the installation has passed on; this test is that other one. */
class ThroughAnotherServerHttpTests extends HttpTests {

    private static final String[] FORWARDED = {"Millrace-Forwarded-By", "http://127.0.0.1:1"};

    @DynamicPropertySource
    static void onKafka(DynamicPropertyRegistry registry) {
        registry.add("millrace.engine", () -> "kafka");
        registry.add("millrace.kafka.name", () -> "through-another");
        registry.add(
                "millrace.kafka.bootstrap-servers", () -> KafkaCluster.shared().bootstrapServers());
    }

    @Autowired
    WaitingPolls waitingPolls;

    private String consumer = "";

    @BeforeEach
    void subscribe() {
        // A server is ready for topics a moment before it is for groups.
        await(() -> get("/groups/" + group).status() == 404);
        createTopic(1);
        consumer = "/groups/" + group + "/consumers/one";
        post("/groups/" + group + "/consumers", "{\"topics\": [\"%s\"], \"consumer\": \"one\"}".formatted(topic))
                .with(201);
        produce("{\"value\": 1}");
    }

    private Answer pollThroughAnother() {
        return get(consumer + "/messages?wait=5s&max=1", FORWARDED).with(200);
    }

    private static String offset(Answer poll) {
        return poll.json().at("/messages/0/offset").asString();
    }

    @Test
    void aDeliveryThatTheOtherServerHasConfirmedIsNotRepeated() {
        Answer poll = pollThroughAnother();
        assertThat(offset(poll)).isEqualTo("0");
        post("/.millrace/deliveries/" + poll.header("Millrace-Delivery") + "?delivered=true", "")
                .with(204);
        produce("{\"value\": 2}");
        assertThat(offset(get(consumer + "/messages?wait=5s").with(200))).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void aCompressedAnswerIsADeliveryOfItsLengthToBeConfirmed(String coding) {
        get(consumer + "/messages").with(200);
        String value = "all work and no play ".repeat(500);
        produce("{\"value\": \"%s\"}".formatted(value));
        String[] headers = {FORWARDED[0], FORWARDED[1], "Accept-Encoding", coding};
        Answer poll = get(consumer + "/messages?wait=5s", headers).with(200);
        assertThat(poll.header("Content-Length")).isNotEmpty();
        assertThat(Encodings.decoded(coding, poll)
                        .json()
                        .at("/messages/0/value")
                        .asString())
                .isEqualTo(value);
        post("/.millrace/deliveries/" + poll.header("Millrace-Delivery") + "?delivered=false", "")
                .with(204);
        Answer again = get(consumer + "/messages?wait=5s", headers).with(200);
        assertThat(offset(Encodings.decoded(coding, again))).isEqualTo("1");
        post("/.millrace/deliveries/" + again.header("Millrace-Delivery") + "?delivered=true", "")
                .with(204);
        assertThat(get(consumer + "/messages").json().at("/messages").size()).isZero();
    }

    @Test
    void aDeliveryThatDidNotReachTheClientIsGivenAgain() {
        Answer poll = pollThroughAnother();
        post("/.millrace/deliveries/" + poll.header("Millrace-Delivery") + "?delivered=false", "")
                .with(204);
        assertThat(offset(get(consumer + "/messages?wait=5s").with(200))).isEqualTo("0");
    }

    @Test
    void aDeliveryOfWhichNothingIsHeardIsGivenAgain() {
        pollThroughAnother();
        assertThat(offset(get(consumer + "/messages?wait=5s").with(200))).isEqualTo("0");
    }

    @Test
    void aDeliveryToAServerThatHasGoneIsGivenAgain() throws IOException {
        get(consumer + "/messages").with(200);
        int before = waitingPolls.count();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String poll = "GET %s/messages?wait=60s HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\n\r\n"
                    .formatted(consumer, FORWARDED[0], FORWARDED[1]);
            socket.getOutputStream().write(poll.getBytes(StandardCharsets.UTF_8));
            await(() -> waitingPolls.count() == before + 1);
        }
        produce("{\"value\": 2}");
        await(() -> waitingPolls.count() == before);
        assertThat(offset(get(consumer + "/messages?wait=5s").with(200))).isEqualTo("1");
    }

    @Test
    void aRequestThatWasPassedOnIsNotPassedOnAgain() {
        assertThat(get("/groups", FORWARDED).with(200).json().at("/groups").isArray())
                .isTrue();
    }
}
