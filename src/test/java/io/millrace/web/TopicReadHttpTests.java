package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.consume.WaitingPolls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Reading a whole topic: in pages with a cursor, as lines, and as a live stream. */
@TestPropertySource(properties = "millrace.listener.cors-origins=https://shop.example")
class TopicReadHttpTests extends HttpTests {

    private static final String EVENTS = "text/event-stream";
    private static final String NDJSON = "application/x-ndjson";

    @Autowired
    WaitingPolls waitingPolls;

    private String place = "";

    @BeforeEach
    void create() {
        createTopic(3);
        place = "/topics/" + topic + "/messages";
    }

    private void produceNumbers(int from, int to) {
        for (int i = from; i < to; i++) {
            produce("{\"key\": \"k%d\", \"value\": %d, \"partition\": %d}".formatted(i % 4, i, i % 3));
        }
    }

    private static List<Integer> values(JsonNode messages) {
        List<Integer> values = new ArrayList<>();
        messages.forEach(message -> values.add(message.at("/value").asInt()));
        return values;
    }

    private static Integer[] numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toArray(Integer[]::new);
    }

    @Test
    void theCursorOfAnAnswerLeadsToTheNextWithoutLossOrRepeat() {
        produceNumbers(0, 10);
        List<Integer> read = new ArrayList<>();
        String query = "?max=3";
        for (int i = 0; i < 5; i++) {
            JsonNode page = get(place + query).with(200).json();
            read.addAll(values(page.at("/messages")));
            query = "?max=3&cursor=" + page.at("/cursor").asString();
        }
        assertThat(read).containsExactlyInAnyOrder(numbers(0, 10));
        produceNumbers(10, 11);
        assertThat(values(get(place + query).json().at("/messages"))).containsExactly(10);
    }

    @Test
    void aReadBeginsAtEitherEndOrAtATime() {
        post(place, "{\"value\": 1, \"timestamp\": 1000}").with(201);
        post(place, "{\"value\": 2, \"timestamp\": 2000}").with(201);
        assertThat(values(get(place + "?from=earliest").json().at("/messages"))).containsExactlyInAnyOrder(1, 2);
        assertThat(values(get(place + "?from=2000").json().at("/messages"))).containsExactly(2);
        JsonNode end = get(place + "?from=latest").json();
        assertThat(end.at("/messages").size()).isZero();
        produceNumbers(3, 4);
        assertThat(values(get(place + "?wait=5s&cursor=" + end.at("/cursor").asString())
                        .json()
                        .at("/messages")))
                .containsExactly(3);
    }

    @Test
    void aReadMayWaitForTheFirstMessage() {
        CompletableFuture<Answer> waiting = getLater(place + "?wait=15s");
        await(() -> waitingPolls.count() > 0);
        produceNumbers(7, 8);
        assertThat(values(soon(waiting).with(200).json().at("/messages"))).containsExactly(7);
    }

    @Test
    void onlyMessagesOfAKeyAreGivenWhenOneIsNamed() {
        produceNumbers(0, 12);
        assertThat(values(get(place + "?key=k2").json().at("/messages"))).containsExactlyInAnyOrder(2, 6, 10);
        assertThat(get(place + "?key=nobody").json().at("/messages").size()).isZero();
    }

    @Test
    void whatCannotBeReadIsRefused() {
        get(place + "?from=yesterday").problem(400, "invalid-parameter");
        get(place + "?cursor=%21").problem(400, "invalid-parameter");
        get(place + "?cursor=AA&from=latest").problem(400, "invalid-parameter");
        get(place + "?follow=true").problem(400, "invalid-parameter");
        get(place, "Accept", "text/html").problem(406, "not-acceptable");
        get("/topics/not-there/messages", "Accept", EVENTS).problem(404, "topic-not-found");
    }

    @Test
    void allMessagesComeAsLines() {
        produceNumbers(0, 9);
        produce("{\"partition\": 0, \"value\": {\n \"a\":\n 1}}");
        Answer lines = get(place, "Accept", NDJSON).with(200);
        assertThat(lines.header("Content-Type")).startsWith(NDJSON);
        assertThat(lines.text().lines()).hasSize(10).allMatch(line -> json(line).has("offset"));
        assertThat(get(place + "?max=4", "Accept", NDJSON).text().lines()).hasSize(4);
    }

    /** A stream that is read line by line, as its lines come. */
    private final class Live implements AutoCloseable {
        private final HttpClient client = HttpClient.newHttpClient();
        private final Stream<String> lines;
        private final Iterator<String> iterator;
        private final HttpResponse<Stream<String>> response;

        Live(String query, String... headers) {
            try {
                response = client.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + place + query))
                                .headers(headers)
                                .build(),
                        HttpResponse.BodyHandlers.ofLines());
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
            lines = response.body();
            iterator = lines.iterator();
        }

        /** The next line that begins so. */
        String next(String prefix) {
            while (true) {
                String line = iterator.next();
                if (line.startsWith(prefix)) {
                    return line.substring(prefix.length());
                }
            }
        }

        int nextValue() {
            return json(next("data: ")).at("/value").asInt();
        }

        @Override
        public void close() {
            client.shutdownNow();
        }
    }

    @Test
    void eventsComeAsTheyAreProduced() {
        produceNumbers(0, 1);
        try (Live live = new Live("", "Accept", EVENTS)) {
            assertThat(live.response.headers().firstValue("Content-Type").orElse(""))
                    .startsWith(EVENTS);
            assertThat(live.nextValue()).isZero();
            produceNumbers(1, 2);
            assertThat(live.nextValue()).isEqualTo(1);
            produceNumbers(2, 3);
            assertThat(live.nextValue()).isEqualTo(2);
        }
    }

    @Test
    void theIdOfAnEventResumesRightBehindIt() {
        produceNumbers(0, 12);
        List<Integer> seen = new ArrayList<>();
        String id = "";
        for (int connection = 0; connection < 3; connection++) {
            String[] headers = id.isEmpty()
                    ? new String[] {"Accept", EVENTS}
                    : new String[] {"Accept", EVENTS, "Last-Event-ID", id};
            try (Live live = new Live("", headers)) {
                for (int i = 0; i < 4; i++) {
                    id = live.next("id: ");
                    seen.add(live.nextValue());
                }
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(numbers(0, 12));
    }

    @Test
    void anIdleStreamShowsThatItLives() {
        try (Live live = new Live("", "Accept", EVENTS)) {
            assertThat(live.next("retry: ")).isEqualTo("1000");
            assertThat(live.next(":")).isEqualTo(" ");
        }
    }

    @Test
    void linesGoOnWhenTheyAreFollowed() {
        try (Live live = new Live("?follow=true", "Accept", NDJSON)) {
            produceNumbers(5, 6);
            assertThat(json("{" + live.next("{")).at("/value").asInt()).isEqualTo(5);
        }
    }

    @Test
    void partitionsThatATopicGetsWhileItIsFollowedAreReadFromTheirBeginning() {
        try (Live live = new Live("", "Accept", EVENTS)) {
            produceNumbers(5, 6);
            assertThat(json("{" + live.next("data: {")).at("/value").asInt()).isEqualTo(5);
            patch("/topics/" + topic, "{\"partitions\": 6}").with(200);
            produce("{\"partition\": 5, \"value\": 77}");
            assertThat(json("{" + live.next("data: {")).at("/value").asInt()).isEqualTo(77);
        }
    }

    @Test
    void aStreamWhoseClientWentIsGivenUp() {
        int before = waitingPolls.count();
        try (Live live = new Live("", "Accept", EVENTS)) {
            live.next("retry: ");
            assertThat(waitingPolls.count()).isEqualTo(before + 1);
        }
        await(() -> waitingPolls.count() == before);
    }

    @Test
    void aPageOfAnAllowedOriginMayReadAndNoOther() {
        assertThat(get(place, "Origin", "https://shop.example").header("Access-Control-Allow-Origin"))
                .isEqualTo("https://shop.example");
        assertThat(get(place, "Origin", "https://other.example").header("Access-Control-Allow-Origin"))
                .isEmpty();
        assertThat(get(place, "Origin", "https://other.example").detail(403, "forbidden"))
                .contains("millrace.listener.cors-origins");
        get("/topics/not-there/messages", "Origin", "https://shop.example").problem(404, "topic-not-found");
        Answer preflight = method(
                "OPTIONS",
                place,
                "Origin",
                "https://shop.example",
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "idempotency-key,content-type");
        assertThat(preflight.with(200).header("Access-Control-Allow-Headers")).contains("idempotency-key");
    }
}
