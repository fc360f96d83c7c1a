package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.consume.WaitingPolls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Polls that wait. */
class LongPollHttpTests extends HttpTests {

    @Autowired
    WaitingPolls waitingPolls;

    private String place = "";
    private String poll = "";

    @BeforeEach
    void subscribe() {
        await(() -> waitingPolls.count() == 0);
        createTopic(1);
        place = "/topics/" + topic + "/partitions/0/messages";
        poll = "/groups/" + group + "/consumers/a/messages";
        post("/groups/" + group + "/consumers", "{\"topics\": [\"%s\"], \"consumer\": \"a\"}".formatted(topic))
                .with(201);
    }

    @Test
    void aWaitingReadIsAnsweredByTheNextMessage() {
        CompletableFuture<Answer> waiting = getLater(place + "?wait=60s");
        await(() -> waitingPolls.count() == 1);
        produce("{\"value\": 1}");
        assertThat(soon(waiting).with(200).json().at("/messages").size()).isEqualTo(1);
    }

    @Test
    void aReadIsEmptyAfterItsWait() {
        JsonNode answer = get(place + "?wait=300ms").with(200).json();
        assertThat(answer.at("/messages").size()).isZero();
        assertThat(answer.at("/nextOffset").asLong()).isZero();
    }

    @Test
    void aReadThatFindsSomethingDoesNotWait() {
        produce("{\"value\": 1}");
        assertThat(soon(getLater(place + "?wait=PT1M")).json().at("/messages").size())
                .isEqualTo(1);
    }

    @Test
    void aWaitingPollOfAGroupIsAnsweredByTheNextMessage() {
        CompletableFuture<Answer> waiting = getLater(poll + "?wait=1m");
        await(() -> waitingPolls.count() == 1);
        produce("{\"value\": 1}");
        assertThat(soon(waiting).with(200).json().at("/messages").size()).isEqualTo(1);
    }

    @Test
    void aPollOfAGroupIsEmptyAfterItsWait() {
        JsonNode answer = get(poll + "?wait=300ms").with(200).json();
        assertThat(answer.at("/messages").size()).isZero();
        assertThat(answer.at("/assignment").size()).isEqualTo(1);
    }

    @Test
    void waitingPollsHoldNoThread() {
        long before = requestThreads();
        List<CompletableFuture<Answer>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(getLater(place + "?wait=60s"));
        }
        await(() -> waitingPolls.count() == 10);
        await(() -> requestThreads() <= before);
        produce("{\"value\": 1}");
        waiting.forEach(answer -> soon(answer).with(200));
        await(() -> waitingPolls.count() == 0);
    }

    /** The threads of requests that are inside of our code. */
    private static long requestThreads() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> List.of(stack).stream()
                        .anyMatch(frame -> frame.getClassName().endsWith("DispatcherServlet")))
                .count();
    }

    @Test
    void messagesOfAPollWhoseClientWentAwayAreGivenAgain() throws IOException {
        abandon(poll + "?wait=60s");
        produce("{\"value\": 1}");
        JsonNode messages = get(poll + "?wait=10s").with(200).json().at("/messages");
        assertThat(messages.size()).isEqualTo(1);
    }

    @Test
    void aClientThatWentAwayDoesNotHinderOthers() throws IOException {
        abandon(place + "?wait=60s");
        produce("{\"value\": 1}");
        get(place).with(200);
        await(() -> waitingPolls.count() == 0);
    }

    /** Sends a poll, and goes away as soon as it waits. */
    private void abandon(String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            await(() -> waitingPolls.count() == 1);
        }
    }

    @Test
    void aConsumerThatLeavesEndsItsWaitingPoll() {
        CompletableFuture<Answer> waiting = getLater(poll + "?wait=60s");
        await(() -> waitingPolls.count() == 1);
        delete("/groups/" + group + "/consumers/a").with(204);
        soon(waiting).problem(404, "consumer-not-found");
    }

    @Test
    void aTopicThatIsDeletedEndsTheReadsThatWaitOnIt() {
        CompletableFuture<Answer> waiting = getLater(place + "?wait=60s");
        await(() -> waitingPolls.count() == 1);
        delete("/topics/" + topic).with(204);
        soon(waiting).problem(404, "topic-not-found");
    }
}
