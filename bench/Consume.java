import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** How fast one consumer of a group polls messages of 100 bytes and commits them. */
final class Consume implements AutoCloseable {

    private static final byte[] OFFSET = "\"offset\":".getBytes(StandardCharsets.US_ASCII);

    private final Connection connection;
    private final int messages;
    private final String topic = "consume-" + System.nanoTime();
    private int runs;

    /** Produces what is to be polled. */
    Consume(URI server, int messages) throws IOException {
        this.connection = new Connection(server);
        this.messages = messages;
        connection.expect("POST", "/topics", "{\"name\":\"" + topic + "\",\"config\":{\"durability\":\"written\"}}");
        String message = "{\"value\":{\"id\":12345678,\"text\":\"" + "x".repeat(70) + "\"}}";
        String batch = "{\"messages\":[" + (message + ",").repeat(999) + message + "]}";
        for (int sent = 0; sent < messages; sent += 1000) {
            connection.expect("POST", "/topics/" + topic + "/messages", batch);
        }
    }

    String topic() {
        return topic;
    }

    /** Polls all of them under a group of its own and commits them; returns the messages a second. */
    double run() throws IOException {
        String group = "/groups/" + topic + "-" + ++runs + "/consumers";
        connection.expect("POST", group, "{\"topics\":[\"" + topic + "\"],\"consumer\":\"one\"}");
        long start = System.nanoTime();
        int received = 0;
        while (received < messages) {
            received += count(connection.expect("GET", group + "/one/messages?max=10000&maxBytes=4194304", ""));
        }
        connection.expect("POST", group + "/one/offsets", "");
        return received / ((System.nanoTime() - start) / 1e9);
    }

    /** Counts messages without parsing them: the client is not what is measured. */
    private static int count(byte[] body) {
        int found = 0;
        for (int i = 0; i <= body.length - OFFSET.length; i++) {
            if (body[i] == '"' && body[i + 1] == 'o' && matches(body, i)) {
                found++;
                i += 100;
            }
        }
        return found;
    }

    private static boolean matches(byte[] body, int at) {
        for (int i = 2; i < OFFSET.length; i++) {
            if (body[at + i] != OFFSET[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        connection.expect("DELETE", "/topics/" + topic, "");
        connection.close();
    }
}
