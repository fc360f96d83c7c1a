package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.consume.WaitingPolls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Streams of the messages of group members, on a topic of two partitions. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemberStreamHttpTests extends HttpTests {

    private static final String EVENTS = "text/event-stream";
    private static final String NDJSON = "application/x-ndjson";

    @Autowired
    WaitingPolls waitingPolls;

    private String consumers = "";
    private String one = "";

    @BeforeEach
    void create() {
        createTopic(2);
        consumers = "/groups/" + group + "/consumers";
        one = consumers + "/one";
    }

    private void subscribe(String consumer, String more) {
        post(consumers, "{\"topics\": [\"%s\"], \"consumer\": \"%s\"%s}".formatted(topic, consumer, more))
                .with(201);
    }

    private void produceNumbers(int from, int to, int partition) {
        for (int i = from; i < to; i++) {
            produce("{\"value\": %d, \"partition\": %d}".formatted(i, partition));
        }
    }

    private int members() {
        return get("/groups/" + group).with(200).json().at("/members").size();
    }

    private int assigned(String consumer) {
        return get(consumers + "/" + consumer)
                .with(200)
                .json()
                .at("/assignment")
                .size();
    }

    private long committed() {
        long sum = 0;
        for (JsonNode offset :
                get("/groups/" + group + "/offsets").with(200).json().at("/offsets")) {
            sum += offset.at("/committedOffset").asLong(0);
        }
        return sum;
    }

    /** A stream that is read line by line, as its lines come. */
    private final class Live implements AutoCloseable {
        private final HttpClient client = HttpClient.newHttpClient();
        private final Iterator<String> lines;
        private String id = "";

        Live(String path, String... headers) {
            try {
                HttpResponse<Stream<String>> response = client.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                                .headers(headers)
                                .build(),
                        HttpResponse.BodyHandlers.ofLines());
                assertThat(response.statusCode()).isEqualTo(200);
                lines = response.body().iterator();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** What follows on the next line that begins so; others are skipped. */
        String next(String prefix) {
            while (true) {
                String line = lines.next();
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                }
                if (line.startsWith(prefix)) {
                    return line.substring(prefix.length());
                }
            }
        }

        /** The value of the next message. */
        int value() {
            next("id: ");
            return json(next("data: ")).at("/value").asInt();
        }

        /** How many partitions the next event of that kind tells of. */
        int assignment() {
            return assigned().at("/assignment").size();
        }

        JsonNode assigned() {
            next("event: assignment");
            return json(next("data: "));
        }

        /** Whether nothing but signs of life comes until it ends. */
        boolean ends() {
            while (lines.hasNext()) {
                if (lines.next().startsWith("data: ")) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void close() {
            client.shutdownNow();
        }
    }

    private Live events(String path, String... more) {
        return new Live(
                path,
                Stream.concat(Stream.of("Accept", EVENTS), Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void messagesComeAsEventsAndTheIdOfOneCommitsUpToIt() {
        subscribe("one", "");
        try (Live live = events(one + "/messages")) {
            produceNumbers(0, 3, 0);
            assertThat(live.value()).isZero();
            assertThat(live.value()).isEqualTo(1);
            post(one + "/offsets", "{\"cursor\": \"%s\"}".formatted(live.id)).with(200);
            assertThat(committed()).isEqualTo(2);
            assertThat(live.value()).isEqualTo(2);
            assertThat(committed()).isEqualTo(2);
        }
    }

    @Test
    void aClientThatWasCutOffGoesOnBehindTheLastEventItGot() {
        subscribe("one", "");
        produceNumbers(0, 3, 0);
        String first;
        try (Live live = events(one + "/messages")) {
            live.value();
            first = live.id;
            live.value();
            live.value();
        }
        try (Live again = events(one + "/messages", "Last-Event-ID", first)) {
            assertThat(again.value()).isEqualTo(1);
        }
        try (Live again = events(one + "/messages?cursor=" + first)) {
            assertThat(again.value()).isEqualTo(1);
        }
    }

    @Test
    void aStreamWithoutAPlaceBeginsWithWhatIsNotCommitted() {
        subscribe("one", "");
        produceNumbers(0, 3, 0);
        try (Live live = events(one + "/messages")) {
            live.value();
            post(one + "/offsets", "{\"cursor\": \"%s\"}".formatted(live.id)).with(200);
            live.value();
        }
        try (Live again = events(one + "/messages")) {
            assertThat(again.value()).isEqualTo(1);
        }
    }

    @Test
    void linesAreMessagesAndNothingElse() {
        subscribe("one", "");
        produceNumbers(0, 2, 0);
        try (Live live = new Live(one + "/messages", "Accept", NDJSON)) {
            for (int i = 0; i < 2; ) {
                String line = live.next("");
                if (!line.isEmpty()) {
                    assertThat(json(line).at("/value").asInt()).isEqualTo(i++);
                }
            }
        }
    }

    @Test
    void sendingStopsAtTheBoundAndGoesOnWithACommit() {
        subscribe("one", "");
        produceNumbers(0, 5, 0);
        try (Live live = events(one + "/messages?maxInFlight=2")) {
            assertThat(live.value()).isZero();
            String first = live.id;
            assertThat(live.value()).isEqualTo(1);
            for (int lines = 0; lines < 6; lines++) {
                assertThat(live.next("")).isIn("", ": ");
            }
            post(one + "/offsets", "{\"cursor\": \"%s\"}".formatted(first)).with(200);
            assertThat(live.value()).isEqualTo(2);
            for (int lines = 0; lines < 6; lines++) {
                assertThat(live.next("")).isIn("", ": ");
            }
            post(one + "/offsets").with(200);
            assertThat(live.value()).isEqualTo(3);
        }
    }

    @Test
    void aBoundBeyondTheLimitIsRefusedWithBoth() {
        subscribe("one", "");
        assertThat(get(one + "/messages?maxInFlight=10001", "Accept", EVENTS).detail(400, "invalid-parameter"))
                .contains("maxInFlight", "10000", "millrace.limits.max-in-flight");
        get(one + "/messages?wait=5s", "Accept", EVENTS).problem(400, "invalid-parameter");
        get(one + "/messages?cursor=%21", "Accept", EVENTS).problem(400, "invalid-parameter");
        get(consumers + "/nobody/messages", "Accept", EVENTS).problem(404, "consumer-not-found");
    }

    @Test
    void aPartitionMovesWhenAllThatWasSentOfItIsCommitted() {
        subscribe("one", "");
        produceNumbers(0, 2, 0);
        produceNumbers(2, 4, 1);
        try (Live live = events(one + "/messages")) {
            assertThat(live.assignment()).isEqualTo(2);
            IntStream.range(0, 4).forEach(i -> live.value());
            subscribe("two", "");
            assertThat(live.assignment()).isEqualTo(1);
            post(one + "/heartbeat").with(200);
            assertThat(assigned("two")).isZero();
            post(
                            one + "/offsets",
                            "{\"offsets\": [{\"topic\": \"%1$s\", \"partition\": 0, \"offset\": 1}, {\"topic\": \"%1$s\", \"partition\": 1, \"offset\": 1}]}"
                                    .formatted(topic))
                    .with(200);
            assertThat(assigned("two")).isZero();
            post(one + "/offsets").with(200);
            assertThat(assigned("two")).isEqualTo(1);
        }
    }

    @Test
    void aPartitionOfWhichNothingIsOpenMovesAtOnce() {
        subscribe("one", "");
        try (Live live = events(one + "/messages")) {
            assertThat(live.assigned().at("/revoked").size()).isZero();
            subscribe("two", "");
            await(() -> assigned("two") == 1);
            JsonNode told = live.assigned();
            assertThat(told.at("/assignment").size()).isEqualTo(1);
            assertThat(told.at("/added").size()).isZero();
            assertThat(told.at("/revoked").size()).isEqualTo(1);
        }
    }

    @Test
    void aPartitionThatIsNotCommittedMovesAfterTheRebalanceTimeout() {
        subscribe("one", ", \"rebalanceTimeout\": \"1s\"");
        produceNumbers(0, 2, 0);
        produceNumbers(2, 4, 1);
        try (Live live = events(one + "/messages")) {
            IntStream.range(0, 4).forEach(i -> live.value());
            subscribe("two", "");
            await(() -> assigned("two") == 1);
            assertThat(get(consumers + "/two/messages")
                            .with(200)
                            .json()
                            .at("/messages")
                            .size())
                    .isEqualTo(2);
            post(one + "/offsets").problem(409, "stale-generation");
            produceNumbers(4, 5, 0);
            assertThat(live.value()).as("it goes on with what it kept").isEqualTo(4);
        }
    }

    @Test
    void aSeekHasTheStreamGoOnThere() {
        subscribe("one", "");
        produceNumbers(0, 3, 0);
        try (Live live = events(one + "/messages")) {
            IntStream.range(0, 3).forEach(i -> assertThat(live.value()).isEqualTo(i));
            post(
                            one + "/seek",
                            "{\"positions\": [{\"topic\": \"%s\", \"partition\": 0, \"offset\": 1}]}".formatted(topic))
                    .with(200);
            assertThat(live.value()).isEqualTo(1);
            assertThat(live.value()).isEqualTo(2);
        }
    }

    @Test
    void aNewerStreamTakesOverAndTheOlderEnds() {
        subscribe("one", "");
        try (Live older = events(one + "/messages");
                Live newer = events(one + "/messages")) {
            assertThat(older.ends() || older.ends()).isTrue();
            produceNumbers(5, 6, 0);
            assertThat(newer.value()).isEqualTo(5);
        }
    }

    @Test
    void aPollTakesOverFromAStream() {
        subscribe("one", "");
        try (Live live = events(one + "/messages")) {
            assertThat(live.assignment()).isEqualTo(2);
            get(one + "/messages").with(200);
            assertThat(live.ends()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {EVENTS, NDJSON})
    void aMemberLivesAsLongAsItsStreamAndLeavesASessionLater(String format) {
        subscribe("one", ", \"sessionTimeout\": \"1s\"");
        try (Live live = new Live(one + "/messages", "Accept", format)) {
            for (int lines = 0; lines < 40; lines++) {
                live.next("");
            }
            assertThat(members()).isEqualTo(1);
        }
        await(() -> members() == 0);
    }

    @Test
    void aClientThatTakesNothingCountsAsGone() throws IOException {
        subscribe("one", ", \"sessionTimeout\": \"1s\"");
        String large = "x".repeat(900_000);
        try (Socket still = new Socket()) {
            still.setReceiveBufferSize(4096);
            still.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            still.getOutputStream()
                    .write("GET %s/messages HTTP/1.1\r\nHost: localhost\r\nAccept: %s\r\n\r\n"
                            .formatted(one, NDJSON)
                            .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 20; i++) {
                produce("{\"value\": \"%s\", \"partition\": 0}".formatted(large));
            }
            await(() -> members() == 0);
        }
    }

    @Test
    void streamsCountAsWaitingPollsAndEndWithTheServer() {
        subscribe("one", "");
        // Those of other tests, whose clients have gone.
        await(() -> waitingPolls.count() == 0);
        try (Live live = events(one + "/messages")) {
            assertThat(live.assignment()).isEqualTo(2);
            assertThat(waitingPolls.count()).isEqualTo(1);
            waitingPolls.endAll();
            assertThat(live.ends()).isTrue();
            await(() -> waitingPolls.count() == 0);
        } finally {
            waitingPolls.begin();
        }
    }

    @Test
    void inOneLineTwoShareThePartitionsAndCommitWhatWasFollowedBySomething() {
        String line = "/topics/" + topic + "/messages?group=" + group;
        try (Live first = events(line)) {
            assertThat(first.assignment()).isEqualTo(2);
            produceNumbers(0, 1, 0);
            assertThat(first.value()).isZero();
            await(() -> committed() == 1);
            try (Live second = events(line)) {
                assertThat(first.assignment()).isEqualTo(1);
                await(() -> assigned("line-2") == 1);
                assertThat(second.next("event: ")).isEqualTo("assignment");
                produceNumbers(1, 2, 0);
                produceNumbers(2, 3, 1);
                assertThat(first.value() + second.value()).isEqualTo(3);
                await(() -> committed() == 3);
            }
        }
    }

    @Test
    void inOneLineTheLastEventCommitsUpToItAndTheRestIsGivenAgain() {
        String line = "/topics/" + topic + "/messages?group=" + group + "&consumer=till-7";
        produceNumbers(0, 3, 0);
        String second;
        try (Live live = events(line)) {
            live.value();
            live.value();
            second = live.id;
            live.value();
        }
        try (Live again = events(line, "Last-Event-ID", second)) {
            assertThat(again.value()).isEqualTo(2);
        }
    }
}
