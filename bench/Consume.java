import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Produces a number of messages of 100 bytes and measures how fast one consumer of a group polls and commits them. */
public class Consume {

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private final InputStream in;
    private final OutputStream out;

    private Consume(URI server) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 18);
        this.out = socket.getOutputStream();
    }

    public static void main(String[] args) throws IOException {
        int messages = Integer.parseInt(args[1]);
        String topic = "consume-" + System.nanoTime();
        Consume client = new Consume(URI.create(args[0]));
        client.call("POST", "/topics", "{\"name\":\"" + topic + "\",\"config\":{\"durability\":\"written\"}}");
        String message = "{\"value\":{\"id\":12345678,\"text\":\"" + "x".repeat(70) + "\"}}";
        String batch = "{\"messages\":[" + (message + ",").repeat(999) + message + "]}";
        for (int sent = 0; sent < messages; sent += 1000) {
            client.call("POST", "/topics/" + topic + "/messages", batch);
        }
        for (int run = 1; run <= 3; run++) {
            System.out.printf(
                    "one consumer polls %,d x 100 B, run %d: %,.0f messages/s%n",
                    messages, run, client.consume(topic, topic + "-" + run, messages));
        }
    }

    /** Polls all messages under a group of its own and commits them; returns the messages a second. */
    private double consume(String topic, String group, int messages) throws IOException {
        call("POST", "/groups/" + group + "/consumers", "{\"topics\":[\"" + topic + "\"],\"consumer\":\"one\"}");
        String consumer = "/groups/" + group + "/consumers/one";
        long start = System.nanoTime();
        int received = 0;
        while (received < messages) {
            byte[] body = call("GET", consumer + "/messages?max=10000&maxBytes=4194304", null);
            received += count(body, "\"offset\":".getBytes(StandardCharsets.US_ASCII));
        }
        call("POST", consumer + "/offsets", null);
        return received / ((System.nanoTime() - start) / 1e9);
    }

    private static int count(byte[] body, byte[] pattern) {
        int found = 0;
        outer:
        for (int i = 0; i <= body.length - pattern.length; i++) {
            if (body[i] != '"') {
                continue;
            }
            for (int j = 1; j < pattern.length; j++) {
                if (body[i + j] != pattern[j]) {
                    continue outer;
                }
            }
            found++;
        }
        return found;
    }

    private byte[] call(String method, String path, String body) throws IOException {
        byte[] payload = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + (body == null ? "" : "Content-Type: application/json\r\n")
                + (method.equals("GET") ? "" : "Content-Length: " + payload.length + "\r\n") + "\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(payload);
        out.flush();
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("The server closed the connection");
            }
            header.write(b);
            matched = b == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : b == '\r' ? 1 : 0;
        }
        String text = header.toString(StandardCharsets.US_ASCII);
        if (!text.startsWith("HTTP/1.1 2")) {
            throw new IOException(method + " " + path + ": " + text);
        }
        Matcher length = LENGTH.matcher(text);
        return length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : new byte[0];
    }
}
