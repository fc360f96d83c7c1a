import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Millrace over a Kafka broker next to Kafka's own tools on the same broker: what part of the native rate remains over HTTP. The
 * tools write as fast as they can with {@code acks=all}, which is what Millrace writes with, and read without making JSON of it.
 */
final class OnKafka implements AutoCloseable {

    private static final String BROKER = "127.0.0.1:19092";
    private static final String TOPIC = "\"partitions\":3,\"config\":{}";
    private static final int BYTES = 100;

    private final Options options;
    private final Report report;
    private final Path directory;
    private final Server millrace;

    /** Starts a broker, and Millrace on it. */
    OnKafka(Options options, Report report, Stage stage) throws IOException, InterruptedException {
        this.options = options;
        this.report = report;
        this.directory = stage.directory().resolve("kafka");
        run(List.of("dev/kafka-up", "1", directory.toString(), "19092"));
        this.millrace = stage.millrace("on-kafka", 18084,
                "--millrace.engine=kafka", "--millrace.kafka.bootstrap-servers=" + BROKER);
    }

    /** Measures what is asked for; names are those of the rows. */
    void measure(int messages) throws IOException, InterruptedException {
        Produce produce = new Produce(options);
        Produce.Target target = new Produce.Target("kafka", millrace.url(), TOPIC);
        // So that what is measured first is not measured cold.
        new Produce(new Options(options.seconds(), 5, "", null)).measure(new Wrk("single", 64), target);
        for (int connections : new int[] {1, 16, 64}) {
            against("on Kafka, single POST, " + connections + " connections", produce, target, new Wrk("single", connections), 1);
        }
        for (int connections : new int[] {1, 16, 64}) {
            Wrk batches = new Wrk("batch", connections, "100", Integer.toString(BYTES));
            against("on Kafka, batches of 100 x 100 B, " + connections + " connections", produce, target, batches, 100);
        }
        consume(messages);
    }

    private void against(String work, Produce produce, Produce.Target target, Wrk wrk, int perRequest)
            throws IOException, InterruptedException {
        if (!options.wants(work)) {
            return;
        }
        Series its = new Series();
        for (int round = 0; round < options.rounds(); round++) {
            its.add(produced((int) (options.seconds() * 200_000)));
        }
        Map<String, Produce.Rounds> mine = produce.measure(wrk, target);
        report.share(work, "messages/s", mine.get("kafka").perSecond.times(perRequest), "Kafka's producer", its);
        report.plain(work + ", p99", "ms", mine.get("kafka").p99);
    }

    private void consume(int messages) throws IOException, InterruptedException {
        String work = "on Kafka, one consumer polls %,d x 100 B".formatted(messages);
        if (!options.wants(work)) {
            return;
        }
        Series mine = new Series();
        Series its = new Series();
        try (Consume consume = new Consume(millrace.url(), messages)) {
            consume.run();
            for (int round = 0; round < options.rounds(); round++) {
                mine.add(consume.run());
                its.add(consumed(consume.topic(), messages));
            }
        }
        report.share(work, "messages/s", mine, "Kafka's consumer", its);
    }

    /** What Kafka's own tool writes, in messages a second. */
    private double produced(int messages) throws IOException, InterruptedException {
        String topic = "native-" + System.nanoTime();
        try (Connection connection = new Connection(millrace.url())) {
            connection.expect("POST", "/topics", "{\"name\":\"" + topic + "\"," + TOPIC + "}");
            String output = tool("ProducerPerformance", "--topic", topic, "--num-records", Integer.toString(messages),
                    "--record-size", Integer.toString(BYTES), "--throughput", "-1",
                    "--bootstrap-server", BROKER, "--command-property", "acks=all");
            connection.expect("DELETE", "/topics/" + topic, "");
            // The last line has the whole run: "n records sent, x records/sec (...), ..."
            String last = output.lines().filter(line -> line.contains("records sent")).reduce((_, line) -> line).orElseThrow();
            return Double.parseDouble(last.replaceFirst(".*records sent, ([0-9.]+) records/sec.*", "$1"));
        }
    }

    /** What Kafka's own tool reads, in messages a second, from the first one on. */
    private double consumed(String topic, int messages) throws IOException, InterruptedException {
        String output = tool("ConsumerPerformance", "--topic", topic, "--num-records", Integer.toString(messages),
                "--bootstrap-server", BROKER);
        // Start, end, MB, MB/s, messages, messages/s, time to join, time to fetch, MB/s and messages/s of the fetches.
        String[] fields = output.lines().filter(line -> line.startsWith("20")).reduce((_, line) -> line).orElseThrow().split(", ");
        return Double.parseDouble(fields[9]);
    }

    private String tool(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "-cp", "target/kafka-tools/*", "org.apache.kafka.tools." + name));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("bench", null);
        try {
            int status = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();
            String text = Files.readString(output);
            if (status != 0) {
                throw new IOException(String.join(" ", command) + ": " + text);
            }
            return text;
        } finally {
            Files.delete(output);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        millrace.close();
        run(List.of("dev/down", directory.toString()));
    }
}
