import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the POST of a message to its receipt by a consumer on long poll, at a rate that does not depend on the answers. It
 * counts from when a message was to be sent: one that has to queue behind a slow one has its wait counted.
 */
final class Latency {

    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");

    private final URI server;
    private final long[] due;
    private final long[] taken;
    private final String topic = "latency-" + System.nanoTime();

    private Latency(URI server, int messages) {
        this.server = server;
        this.due = new long[messages];
        this.taken = new long[messages];
    }

    /** From when a message was to be sent to its receipt: milliseconds, in ascending order. */
    static double[] toReceipt(URI server, int perSecond, double seconds) throws IOException, InterruptedException {
        Latency run = new Latency(server, (int) (perSecond * seconds));
        run.receive(perSecond);
        return run.millis();
    }

    /** From when a message was to be sent to the answer that its producer gets: milliseconds, in ascending order. */
    static double[] toAnswer(URI server, int perSecond, double seconds) throws IOException {
        Latency run = new Latency(server, (int) (perSecond * seconds));
        try (Connection producer = new Connection(server)) {
            run.plan(perSecond);
            run.send(producer, number -> run.taken[number] = System.nanoTime() - run.due[number]);
        }
        return run.millis();
    }

    private double[] millis() {
        return Arrays.stream(taken).mapToDouble(nanos -> nanos / 1e6).sorted().toArray();
    }

    private void plan(int perSecond) {
        long start = System.nanoTime() + 100_000_000;
        for (int i = 0; i < due.length; i++) {
            due[i] = start + (long) (i * 1e9 / perSecond);
        }
    }

    private void receive(int perSecond) throws IOException, InterruptedException {
        try (Connection producer = new Connection(server); Connection consumer = new Connection(server)) {
            producer.expect("POST", "/topics", "{\"name\":\"" + topic + "\",\"partitions\":1,\"config\":{\"durability\":\"written\"}}");
            String members = "/groups/" + topic + "/consumers";
            consumer.expect("POST", members, "{\"topics\":[\"" + topic + "\"],\"consumer\":\"one\"}");
            plan(perSecond);
            Thread sender = Thread.ofPlatform().start(() -> send(producer, _ -> {}));
            for (int received = 0; received < due.length; ) {
                byte[] answer = consumer.expect("GET", members + "/one/messages?wait=10s", "");
                received += note(new String(answer, StandardCharsets.UTF_8), System.nanoTime());
            }
            sender.join();
            producer.expect("DELETE", "/topics/" + topic, "");
        }
    }

    private int note(String answer, long now) {
        int found = 0;
        for (Matcher numbers = NUMBER.matcher(answer); numbers.find(); found++) {
            int number = Integer.parseInt(numbers.group(1));
            taken[number] = now - due[number];
        }
        return found;
    }

    private void send(Connection producer, IntConsumer answered) {
        try {
            for (int i = 0; i < due.length; i++) {
                for (long left = due[i] - System.nanoTime(); left > 0; left = due[i] - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                producer.expect("POST", "/topics/" + topic + "/messages",
                        "{\"value\":{\"n\":" + i + ",\"text\":\"" + "x".repeat(70) + "\"}}");
                answered.accept(i);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
