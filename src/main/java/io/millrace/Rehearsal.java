package io.millrace;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * A start of the server with a few calls to it, for a JVM that is to note what it does ({@code -XX:AOTCacheOutput}) and do it faster
 * the next time. It listens on a free port and leaves nothing behind.
 */
final class Rehearsal {

    /** So often that the JVM knows what is called often. */
    private static final int TIMES = 50;

    private static final String CONSUMER = "/groups/rehearsal/consumers/one";

    private final int port;

    private Rehearsal(int port) {
        this.port = port;
    }

    static void run() throws IOException {
        Path directory = Files.createTempDirectory("millrace-rehearsal");
        try (ConfigurableApplicationContext server = MillraceApplication.start(
                "--millrace.engine=embedded",
                "--millrace.data-dir=" + directory,
                "--millrace.limits.min-free-bytes=0B",
                "--millrace.listener.address=127.0.0.1",
                "--millrace.listener.port=0")) {
            new Rehearsal(server.getEnvironment().getRequiredProperty("local.server.port", Integer.class)).calls();
        } finally {
            FileSystemUtils.deleteRecursively(directory);
        }
    }

    private void calls() throws IOException {
        call("GET", "/actuator/health/readiness", "");
        call("POST", "/groups/rehearsal/consumers", "{\"topics\": [\"rehearsal\"], \"consumer\": \"one\"}");
        for (int i = 0; i < TIMES; i++) {
            call("POST", "/topics/rehearsal/messages", "{\"key\": \"k\", \"value\": {\"n\": 1}}");
            call("GET", CONSUMER + "/messages?wait=1s", "");
            call("POST", CONSUMER + "/offsets", "");
        }
        call("GET", "/topics/rehearsal/partitions/0/messages", "");
        call("GET", "/actuator/prometheus", "");
    }

    private void call(String method, String path, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request = "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".formatted(method, path)
                    + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 2")) {
                throw new IOException("%s %s: %s".formatted(method, path, answer));
            }
        }
    }
}
