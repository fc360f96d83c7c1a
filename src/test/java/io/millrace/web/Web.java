package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client that sends bytes as they are, for requests that no proper client would send. */
final class Web {

    private static final JsonMapper JSON = new JsonMapper();

    private Web() {}

    /** An answer from its status line on. */
    record Answer(int status, String head, String body) {

        String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase().startsWith(name.toLowerCase() + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }

        /** The body as a problem, which it must be by its content type and its members too. */
        JsonNode problem() {
            assertThat(header("Content-Type")).startsWith("application/problem+json");
            assertThat(header("Cache-Control")).isEqualTo("no-store");
            JsonNode problem = JSON.readTree(body);
            assertThat(problem.propertyNames()).contains("type", "title", "status", "detail", "code");
            assertThat(problem.get("status").intValue()).isEqualTo(status);
            assertThat(problem.get("type").stringValue())
                    .isEqualTo("urn:millrace:problem:" + problem.get("code").stringValue());
            assertThat(body).doesNotContain("<", "Exception", "\\tat ");
            return problem;
        }

        String code() {
            return problem().get("code").stringValue();
        }

        String detail() {
            return problem().get("detail").stringValue();
        }
    }

    /** Sends a request, and reads until the server closes the connection. */
    static Answer send(int port, String request) throws IOException {
        return send(port, request, false);
    }

    private static Answer send(int port, String request, boolean end) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            if (end) {
                socket.shutdownOutput();
            }
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 ");
            int split = answer.indexOf("\r\n\r\n");
            return new Answer(
                    Integer.parseInt(answer.substring(9, 12)), answer.substring(0, split), answer.substring(split + 4));
        }
    }

    /** Sends a request with headers that end the connection after its answer. */
    static Answer send(int port, String line, String headers, String body) throws IOException {
        return send(port, head(line, headers) + body);
    }

    /** Sends a request and ends the sending side, as a client does that breaks off. */
    static Answer sendAndEnd(int port, String line, String headers, String body) throws IOException {
        return send(port, head(line, headers) + body, true);
    }

    private static String head(String line, String headers) {
        return line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n";
    }

    static Answer get(int port, String path) throws IOException {
        return send(port, "GET " + path, "", "");
    }
}
