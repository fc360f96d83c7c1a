package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

/** Streams that do not end, compressed; of which there may be one at a time here. */
@TestPropertySource(properties = "millrace.limits.max-compressed-streams=1")
class CompressedStreamsHttpTests extends HttpTests {

    private String place = "";

    @BeforeEach
    void makeTopic() {
        createTopic(1);
        place = "/topics/" + topic + "/partitions/0/messages";
    }

    /** A stream that is read line by line, as its lines come. */
    private final class Live implements AutoCloseable {
        private final HttpClient client = HttpClient.newHttpClient();
        private final String coding;
        private final InputStream body;

        Live(String query, String... headers) {
            try {
                var response = client.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + place + query))
                                .headers(headers)
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
                coding = response.headers().firstValue("Content-Encoding").orElse("identity");
                body = coding.equals("identity") ? response.body() : Encodings.decoded(coding, response.body());
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** What follows on the next line that begins so; others are skipped. */
        String next(String prefix) throws IOException {
            while (true) {
                String line = nextLine();
                if (line.startsWith(prefix)) {
                    return line.substring(prefix.length());
                }
            }
        }

        /** Byte by byte: readers wait for more than a line where the JDK's decompression says that more is there. */
        private String nextLine() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = body.read(); b != '\n'; b = body.read()) {
                assertThat(b).isNotNegative();
                line.write(b);
            }
            return line.toString(StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            client.shutdownNow();
        }
    }

    /** The one that may be compressed, as soon as the server has noticed that the one before has gone. */
    private Live compressed(String query, String coding, String type) {
        for (int i = 0; i < 200; i++) {
            Live live = new Live(query, "Accept", type, "Accept-Encoding", coding);
            if (live.coding.equals(coding)) {
                return live;
            }
            live.close();
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        throw new AssertionError("No stream is compressed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void linesArriveWhenTheyCome(String coding) throws IOException {
        try (Live live = compressed("?follow=true", coding, "application/x-ndjson")) {
            for (int i = 0; i < 5; i++) {
                produce("{\"value\": %d}".formatted(i));
                assertThat(json("{" + live.next("{")).at("/value").asInt()).isEqualTo(i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void eventsArriveWhenTheyComeAndAnIdleStreamShowsThatItLives(String coding) throws IOException {
        try (Live live = compressed("", coding, "text/event-stream")) {
            assertThat(live.next("retry: ")).isEqualTo("1000");
            assertThat(live.next(":")).isEqualTo(" ");
            produce("{\"value\": 1}");
            assertThat(json(live.next("data: ")).at("/value").asInt()).isEqualTo(1);
            assertThat(live.next(":")).isEqualTo(" ");
            produce("{\"value\": 2}");
            assertThat(json(live.next("data: ")).at("/value").asInt()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void aStreamTooManyIsSentAsItIsUntilAnotherClientHasGone(String coding) throws IOException {
        try (Live first = compressed("", coding, "text/event-stream");
                Live second = new Live("", "Accept", "text/event-stream", "Accept-Encoding", coding)) {
            assertThat(second.coding).isEqualTo("identity");
            produce("{\"value\": 1}");
            assertThat(json(first.next("data: ")).at("/value").asInt()).isEqualTo(1);
            assertThat(json(second.next("data: ")).at("/value").asInt()).isEqualTo(1);
        }
        compressed("", coding, "text/event-stream").close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void aStreamThatEndsGivesRoomForTheNext(String coding) {
        compressed("", coding, "text/event-stream").close();
        produce("{\"value\": 1}");
        await(() -> get(place, "Accept", "application/x-ndjson", "Accept-Encoding", coding)
                .header("Content-Encoding")
                .equals(coding));
        for (int i = 0; i < 3; i++) {
            Answer whole = get(place, "Accept", "application/x-ndjson", "Accept-Encoding", coding);
            assertThat(json(Encodings.decoded(coding, whole).text())
                            .at("/value")
                            .asInt())
                    .isEqualTo(1);
        }
    }
}
