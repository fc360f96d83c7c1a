package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.kafka.KafkaCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

    private String consumer = "";

    @BeforeEach
    void subscribe() {
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
    void aRequestThatWasPassedOnIsNotPassedOnAgain() {
        assertThat(get("/groups", FORWARDED).with(200).json().at("/groups").isArray())
                .isTrue();
    }
}
