package io.millrace.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A {@link ConsumerProcess} and what it tells. */
final class ConsumerLog implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    /** One call of it; times in microseconds. */
    record Call(String consumer, String what, long begin, long end, int status, JsonNode body) {

        boolean is(String kind) {
            return what.equals(kind);
        }

        boolean hasMessages() {
            return is("POLL") && !body.path("messages").isEmpty();
        }

        /** The offsets that a poll brought of a partition. */
        List<Long> messages(int partition) {
            List<Long> offsets = new ArrayList<>();
            for (JsonNode message : body.path("messages")) {
                if (message.path("partition").asInt() == partition) {
                    offsets.add(message.path("offset").asLong());
                }
            }
            return offsets;
        }

        /** Up to where a commit of the partition was accepted; -1 if it was not. */
        long committed(int partition) {
            for (JsonNode place : body.path("offsets")) {
                if (place.path("partition").asInt() == partition) {
                    return place.path("offset").asLong();
                }
            }
            return -1;
        }
    }

    private final String name;
    private final Process process;
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    private ConsumerLog(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    static ConsumerLog start(String url, String group, String name, String subscription, long workMillis)
            throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        Path.of("target/test-classes").toString(),
                        ConsumerProcess.class.getName(),
                        url,
                        group,
                        name,
                        subscription,
                        Long.toString(workMillis))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ConsumerLog log = new ConsumerLog(name, process);
        Thread.ofVirtual().start(log::follow);
        return log;
    }

    private void follow() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                String[] parts = line.split("\t", 5);
                if (parts.length == 5) {
                    calls.add(new Call(
                            name,
                            parts[0],
                            Long.parseLong(parts[1]),
                            Long.parseLong(parts[2]),
                            Integer.parseInt(parts[3]),
                            JSON.readTree(parts[4])));
                }
            }
        } catch (IOException ended) {
            // It was killed.
        }
    }

    String name() {
        return name;
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    /** Sends the process a signal by its name, as {@code STOP}. */
    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor(10, TimeUnit.SECONDS);
    }

    /** Ends the process at once, as kill -9 does. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
