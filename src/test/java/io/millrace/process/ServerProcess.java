package io.millrace.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The built jar as a process of its own, as a user starts it; and a client for it. */
final class ServerProcess implements AutoCloseable {

    private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");
    private static final JsonMapper JSON = new JsonMapper();

    private final Process process;
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    private final String url;

    private ServerProcess(Process process) throws Exception {
        this.process = process;
        CompletableFuture<String> found = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> follow(found));
        this.url = found.get(180, TimeUnit.SECONDS);
    }

    /** Starts a server over {@code dataDir} on a free port, and returns when it has told its URL. */
    static ServerProcess start(Path dataDir, String... options) throws Exception {
        return startAt(dataDir, 0, options);
    }

    /** Starts a server over {@code dataDir} on a port. */
    static ServerProcess startAt(Path dataDir, int port, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--millrace.data-dir=" + dataDir);
        all.add("--millrace.listener.port=" + port);
        return start(all);
    }

    /** Starts a server on Kafka on a port of its own, where others find it. */
    static ServerProcess startOnKafka(String bootstrapServers, int port) throws Exception {
        return start(List.of(
                "--millrace.engine=kafka",
                "--millrace.kafka.bootstrap-servers=" + bootstrapServers,
                "--millrace.listener.port=" + port));
    }

    private static ServerProcess start(List<String> options) throws Exception {
        return start(List.of("-Xmx512m"), options);
    }

    /** Starts a server with options of the JVM and of its own. */
    static ServerProcess start(List<String> jvmOptions, List<String> options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.add("-XX:AOTCache=target/millrace/millrace.aot");
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", "target/millrace/millrace.jar"));
        command.addAll(options);
        return new ServerProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private void follow(CompletableFuture<String> found) {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                log.add(line);
                Matcher matcher = URL.matcher(line);
                if (matcher.find()) {
                    found.complete(matcher.group());
                }
            }
        } catch (IOException e) {
            log.add(e.toString());
        }
        found.completeExceptionally(new IllegalStateException("The server ended: " + log()));
    }

    String log() {
        return String.join("\n", log);
    }

    /** Where it listens, as {@code http://127.0.0.1:8080}. */
    String url() {
        return url;
    }

    /** The answer to a request: its status, and its body as JSON where it has one. */
    record Answer(int status, JsonNode body) {}

    Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    Answer post(String path, String json, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    Answer delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    Answer post(String path) throws IOException, InterruptedException {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(90));
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        String body = response.body();
        return new Answer(response.statusCode(), JSON.readTree(body.isEmpty() ? "{}" : body));
    }

    /** Ends the process as kill -9 does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Ends the process as SIGTERM does, and returns its exit status. */
    int stop() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        client.shutdownNow();
    }
}
