import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One HTTP/1.1 connection that stays open: a client as cheap as can be, because it runs on the machine that it measures. It
 * knows answers with a Content-Length and in chunks.
 */
final class Connection implements AutoCloseable {

    /**
     * What was answered.
     *
     * @param mayBeTriedAgain whether it has a Retry-After
     */
    record Answer(int status, byte[] body, boolean mayBeTriedAgain) {

        boolean isFine() {
            return status / 100 == 2;
        }

        String text() {
            return status + " " + new String(body, StandardCharsets.UTF_8);
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(URI server) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 17);
        out = socket.getOutputStream();
    }

    /** Sends a request with JSON, or without a body where it is empty, and reads the answer. */
    Answer call(String method, String path, String json) throws IOException {
        return call(method, path, json.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a request with JSON, or without a body where it is empty, and reads the answer. */
    Answer call(String method, String path, byte[] payload) throws IOException {
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + (payload.length == 0 ? "" : "Content-Type: application/json\r\n")
                + (method.equals("GET") ? "" : "Content-Length: " + payload.length + "\r\n") + "\r\n";
        byte[] request = Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), head.length() + payload.length);
        System.arraycopy(payload, 0, request, head.length(), payload.length);
        // One write: a server that finds half a request has to be woken twice.
        out.write(request);
        return answer();
    }

    /** The body of an answer that must be fine. */
    byte[] expect(String method, String path, String json) throws IOException {
        Answer answer = call(method, path, json);
        if (!answer.isFine()) {
            throw new IOException(method + " " + path + ": " + answer.text());
        }
        return answer.body();
    }

    private Answer answer() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        int length = 0;
        boolean chunked = false;
        boolean again = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            }
            chunked |= header.regionMatches(true, 0, "transfer-encoding: chunked", 0, 26);
            again |= header.regionMatches(true, 0, "retry-after:", 0, 12);
        }
        return new Answer(status, chunked ? chunks() : in.readNBytes(length), again);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = -1; size != 0; ) {
            size = Integer.parseInt(line(), 16);
            body.write(in.readNBytes(size));
            line();
        }
        return body.toByteArray();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("The server closed the connection");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
