package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.MillraceApplication;
import io.millrace.consume.WaitingPolls;
import io.millrace.log.kafka.KafkaCluster;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Two servers on one cluster: whichever is asked, the client gets what the one with its group answers. */
class TwoServersTests {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String VALUE = "all work and no play makes Jack a dull boy; ".repeat(200);
    private static final int MISDIRECTED = 421;

    @TempDir
    static Path directory;

    private static Server one;
    private static Server two;

    private static final int GROUPS = 20;

    private record Server(int port, ConfigurableApplicationContext context) {

        static Server start() throws IOException {
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            return new Server(
                    port,
                    new SpringApplicationBuilder(MillraceApplication.class)
                            .run(
                                    "--millrace.engine=kafka",
                                    "--millrace.kafka.name=two-servers",
                                    "--millrace.kafka.bootstrap-servers="
                                            + KafkaCluster.shared().bootstrapServers(),
                                    "--millrace.listener.port=" + port,
                                    "--millrace.listener.keep-alive-interval=500ms",
                                    "--millrace.data-dir=" + directory));
        }

        HttpTests.Answer send(String method, String path, String body, String... headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(60))
                    .header("Content-Type", "application/json")
                    .method(method, BodyPublishers.ofString(body));
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            try {
                HttpResponse<byte[]> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
                return new HttpTests.Answer(response.statusCode(), response.headers(), response.body());
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        boolean coordinates(String group) {
            return send("GET", "/groups/" + group, "", "Millrace-Forwarded-By", "http://127.0.0.1:1")
                            .status()
                    != MISDIRECTED;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        one = Server.start();
        two = Server.start();
        // What moves while they find each other would be delivered again.
        HttpTests.await(() -> {
            long ofOne = groups().filter(one::coordinates).count();
            long ofTwo = groups().filter(two::coordinates).count();
            return ofOne > 0 && ofTwo > 0 && ofOne + ofTwo == GROUPS;
        });
    }

    private static Stream<String> groups() {
        return IntStream.range(0, GROUPS).mapToObj(i -> "settled." + i);
    }

    @AfterAll
    static void stop() {
        one.context().close();
        two.context().close();
    }

    /** A group that one of them coordinates and the other does not. */
    private static String groupOf(Server server, Server other, String prefix) {
        for (int i = 0; i < 4000; i++) {
            String group = prefix + "." + i % 20;
            if (server.coordinates(group) && !other.coordinates(group)) {
                return group;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        throw new AssertionError("A server has no groups");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void aCompressedAnswerIsPassedOnAsItIsAndIsADelivery(String coding) {
        String topic = "two-servers." + coding;
        one.send("POST", "/topics", "{\"name\": \"%s\", \"partitions\": 1}".formatted(topic))
                .with(201);
        String group = groupOf(one, two, topic);
        two.send(
                        "POST",
                        "/groups/" + group + "/consumers",
                        "{\"topics\": [\"%s\"], \"consumer\": \"a\"}".formatted(topic))
                .with(201);
        for (int offset = 0; offset < 3; offset++) {
            two.send("POST", "/topics/" + topic + "/messages", "{\"value\": \"%s\"}".formatted(VALUE))
                    .with(201);
            HttpTests.Answer answer = two.send(
                            "GET", "/groups/" + group + "/consumers/a/messages?wait=30s", "", "Accept-Encoding", coding)
                    .with(200);
            assertThat(answer.header("Content-Length")).isNotEmpty();
            assertThat(answer.bytes()).hasSizeLessThan(VALUE.length() / 5);
            HttpTests.Answer decoded = Encodings.decoded(coding, answer);
            assertThat(decoded.json().at("/messages").size()).isEqualTo(1);
            assertThat(decoded.json().at("/messages/0/offset").asInt()).isEqualTo(offset);
            assertThat(decoded.json().at("/messages/0/value").asString()).isEqualTo(VALUE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip;q=0"})
    void whoDoesNotAskForItGetsAnAnswerOfAnotherServerAsItIs(String accepted) {
        String group = groupOf(one, two, "two-servers." + Integer.toHexString(accepted.hashCode()));
        String consumer = "c".repeat(200);
        for (int i = 0; i < 8; i++) {
            two.send(
                            "POST",
                            "/groups/" + group + "/consumers",
                            "{\"topics\": [\"two-servers.plain\"], \"consumer\": \"%s%d\"}".formatted(consumer, i))
                    .with(201);
        }
        HttpTests.Answer answer = two.send("GET", "/groups/" + group, "", "Accept-Encoding", accepted)
                .with(200);
        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(new String(answer.bytes(), StandardCharsets.UTF_8)).contains(consumer);
        assertThat(answer.headers().allValues("Vary")).containsExactly("Accept-Encoding");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aStreamOfAMemberIsPassedOnAsItComesAndEndsWithItsClient() throws Exception {
        String topic = "two-servers.stream";
        one.send("POST", "/topics", "{\"name\": \"%s\", \"partitions\": 1}".formatted(topic))
                .with(201);
        String group = groupOf(one, two, topic);
        two.send(
                        "POST",
                        "/groups/" + group + "/consumers",
                        "{\"topics\": [\"%s\"], \"consumer\": \"a\"}".formatted(topic))
                .with(201);
        WaitingPolls waiting = one.context().getBean(WaitingPolls.class);
        URI stream = URI.create("http://127.0.0.1:" + two.port() + "/groups/" + group + "/consumers/a/messages");
        try (HttpClient client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(stream)
                            .header("Accept", "application/x-ndjson")
                            .build(),
                    HttpResponse.BodyHandlers.ofLines());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(waiting.count()).isEqualTo(1);
            var lines = answer.body().filter(line -> !line.isEmpty()).iterator();
            for (int offset = 0; offset < 3; offset++) {
                two.send("POST", "/topics/" + topic + "/messages", "{\"value\": 1}")
                        .with(201);
                assertThat(lines.next()).contains("\"offset\":" + offset);
            }
            client.shutdownNow();
        }
        HttpTests.await(() -> waiting.count() == 0);
    }
}
