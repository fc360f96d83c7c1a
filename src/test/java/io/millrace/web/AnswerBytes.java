package io.millrace.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** An answer of HTTP/1.1 whose bytes come little by little, and that knows when it is whole. */
final class AnswerBytes {

    private static final String LAST_CHUNK = "\r\n0\r\n\r\n";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Reads until the answer is whole; whether it is, which it is not if the input ends before. */
    boolean readFrom(InputStream in) throws IOException {
        byte[] buffer = new byte[8192];
        while (!isWhole()) {
            int read = in.read(buffer);
            if (read < 0) {
                return false;
            }
            bytes.write(buffer, 0, read);
        }
        return true;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    boolean isWhole() {
        String text = text();
        int bodyFrom = bodyFrom(text);
        if (bodyFrom < 0) {
            return false;
        }
        String length = header(text, "content-length:");
        return length.isEmpty() ? text.endsWith(LAST_CHUNK) : bytes.size() >= bodyFrom + Integer.parseInt(length);
    }

    int status() {
        return Integer.parseInt(text().substring(9, 12));
    }

    /** Whether it says that it is the answer to an earlier try. */
    boolean isReplayed() {
        return header(text(), "idempotent-replayed:").equals("true");
    }

    /** The body, without the frames of its chunks. */
    String body() {
        String text = text();
        String body = text.substring(bodyFrom(text));
        if (!header(text, "content-length:").isEmpty()) {
            return body;
        }
        StringBuilder whole = new StringBuilder();
        int at = 0;
        while (true) {
            int line = body.indexOf("\r\n", at);
            int size = Integer.parseInt(body.substring(at, line), 16);
            if (size == 0) {
                return whole.toString();
            }
            whole.append(body, line + 2, line + 2 + size);
            at = line + 2 + size + 2;
        }
    }

    private String text() {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static int bodyFrom(String text) {
        int end = text.indexOf("\r\n\r\n");
        return end < 0 ? -1 : end + 4;
    }

    private static String header(String text, String name) {
        return text.lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.toLowerCase().startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElse("");
    }
}
