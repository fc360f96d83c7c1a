package io.millrace.web.api;

import io.millrace.wire.JsonOutput;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import tools.jackson.databind.json.JsonMapper;

/** Writes answers that are JSON. */
final class Answers {

    private static final String JSON_TYPE = "application/json";
    private static final JsonMapper JSON = new JsonMapper();

    private Answers() {}

    /** Answers with what {@code out} holds. */
    static void write(HttpServletResponse response, int status, JsonOutput out) throws IOException {
        write(response, status, JSON_TYPE, out);
    }

    /** Answers with what {@code out} holds, which is JSON of a media type of its own. */
    static void write(HttpServletResponse response, int status, String type, JsonOutput out) throws IOException {
        begin(response, status, type, out.length());
        out.writeTo(response.getOutputStream());
    }

    /** Answers with a map, list or record as JSON. */
    static void write(HttpServletResponse response, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        begin(response, status, JSON_TYPE, bytes.length);
        response.getOutputStream().write(bytes);
    }

    private static void begin(HttpServletResponse response, int status, String type, int length) {
        response.setStatus(status);
        response.setContentType(type);
        response.setContentLength(length);
        response.setHeader("Cache-Control", "no-store");
    }

    /** Answers without a body. */
    static void noContent(HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }
}
