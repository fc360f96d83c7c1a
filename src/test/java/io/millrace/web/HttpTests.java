package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.MillraceApplication;
import io.millrace.log.kafka.KafkaCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests of the whole server through its port. Classes with the same properties share one running server; so that tests do
 * not meet, each uses {@link #topic} and {@link #group}, which are its own.
 */
@SpringBootTest(classes = MillraceApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
abstract class HttpTests {

    static final Duration BOUND = Duration.ofSeconds(20);

    /** Whether the server is to keep its messages in a Kafka cluster: all these tests are run twice. */
    static final boolean ON_KAFKA = "kafka".equals(System.getProperty("engine"));

    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @LocalServerPort
    int port;

    String topic = "";
    String group = "";

    @DynamicPropertySource
    static void dataDirectory(DynamicPropertyRegistry registry) throws IOException {
        Path directory = Files.createTempDirectory(Path.of("target"), "http-tests");
        registry.add("millrace.data-dir", directory::toString);
        registry.add("millrace.listener.port", () -> 0);
        registry.add("millrace.log.cleaner-interval", () -> "200ms");
        registry.add("millrace.listener.keep-alive-interval", () -> "100ms");
        if (ON_KAFKA) {
            registry.add("millrace.engine", () -> "kafka");
            registry.add(
                    "millrace.kafka.bootstrap-servers",
                    () -> KafkaCluster.shared().bootstrapServers());
            // One installation for each server: their topics are the same, their groups are not.
            registry.add("millrace.kafka.name", () -> directory.getFileName().toString());
        }
    }

    /** Returns when the condition holds; fails if that takes too long. */
    static void await(BooleanSupplier condition) {
        for (int i = 0; i < 2000 && !condition.getAsBoolean(); i++) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @BeforeEach
    void awaitReady() {
        await(() -> get("/actuator/health/readiness").status() == 200);
    }

    @BeforeEach
    void nameWhatIsOurs(TestInfo test) {
        String method = test.getTestMethod().orElseThrow().getName();
        String run = Integer.toHexString(test.getDisplayName().hashCode());
        topic = getClass().getSimpleName() + "." + method + "." + run;
        group = topic + ".group";
    }

    /** What the server answered. */
    record Answer(int status, java.net.http.HttpHeaders headers, byte[] bytes) {

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            assertThat(header("Content-Type")).as(text()).startsWith("application/json");
            return JSON.readTree(bytes);
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        /** The answer if it has that status; its body is told otherwise. */
        Answer with(int expected) {
            assertThat(status).as(text()).isEqualTo(expected);
            return this;
        }

        /** The answer as a problem, which it must be in full, and of that code. */
        JsonNode problem(int expected, String code) {
            with(expected);
            assertThat(header("Content-Type")).startsWith("application/problem+json");
            JsonNode problem = JSON.readTree(bytes);
            assertThat(problem.at("/type").asString()).isNotEmpty();
            assertThat(problem.at("/title").asString()).isNotEmpty();
            assertThat(problem.at("/status").asInt()).isEqualTo(expected);
            assertThat(problem.at("/detail").asString()).isNotEmpty();
            assertThat(problem.at("/code").asString()).as(text()).isEqualTo(code);
            assertThat(text()).doesNotContain("Exception", "\\tat ", "<html", "<!DOCTYPE");
            return problem;
        }

        /** The detail of a problem of that status and code. */
        String detail(int expected, String code) {
            return problem(expected, code).at("/detail").asString();
        }
    }

    Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer post(String path, String json) {
        return post(path, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    Answer post(String path, String contentType, byte[] body, String... headers) {
        return send(request(path, headers).header("Content-Type", contentType).POST(BodyPublishers.ofByteArray(body)));
    }

    /** A request with a body and nothing that is not given. */
    Answer send(String method, String path, byte[] body, String... headers) {
        return send(request(path, headers).method(method, BodyPublishers.ofByteArray(body)));
    }

    Answer patch(String path, String json) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(json)));
    }

    /** A POST without a body. */
    Answer post(String path) {
        return send(request(path).POST(BodyPublishers.noBody()));
    }

    Answer method(String method, String path, String... headers) {
        return send(request(path, headers).method(method, BodyPublishers.noBody()));
    }

    /** A GET whose answer is waited for elsewhere. */
    CompletableFuture<Answer> getLater(String path, String... headers) {
        return CLIENT.sendAsync(request(path, headers).GET().build(), HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(HttpTests::answer);
    }

    static Answer soon(CompletableFuture<Answer> answer) {
        try {
            return answer.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError("No answer", e);
        }
    }

    /** Makes the test's topic. */
    void createTopic(int partitions) {
        post("/topics", "{\"name\": \"%s\", \"partitions\": %d}".formatted(topic, partitions))
                .with(201);
    }

    /** Produces one message, a JSON object, to the test's topic. */
    JsonNode produce(String message) {
        return post("/topics/" + topic + "/messages", message).with(201).json();
    }

    /** The test's topic from the beginning of its partition 0. */
    JsonNode messages() {
        return get("/topics/" + topic + "/partitions/0/messages")
                .with(200)
                .json()
                .at("/messages");
    }

    /** The one message that is in partition 0 of the test's topic. */
    JsonNode onlyMessage() {
        JsonNode messages = messages();
        assertThat(messages.size()).as(messages.toString()).isEqualTo(1);
        return messages.get(0);
    }

    static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(BOUND);
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            return answer(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new AssertionError("No answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("No answer", e);
        }
    }

    private static Answer answer(HttpResponse<byte[]> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }
}
