package io.millrace.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows the right command to those whose curl sent a JSON body as a form, which is what {@code curl -d} does. */
final class CurlLine {

    private CurlLine() {}

    /** The content type of a form, {@code application/x-www-form-urlencoded} or {@code multipart/...}. */
    static boolean isForm(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String lower = contentType.strip().toLowerCase(Locale.ROOT);
        return lower.startsWith("application/x-www-form-urlencoded") || lower.startsWith("multipart/");
    }

    /** What to answer to a form. */
    static Problem refusal(HttpServletRequest request) {
        String method = request.getMethod().equals("POST") ? "" : "-X " + request.getMethod() + " ";
        return Problem.of(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                "Forms are not understood; name the type of the body (curl -d sends a form unless told otherwise):"
                        + " curl " + method + "-H 'Content-Type: application/json' -d " + body(request.getRequestURI())
                        + " " + base(request) + request.getRequestURI());
    }

    /** A body that the path takes, as far as it can be guessed: what newcomers send first is a message. */
    private static String body(String path) {
        if (path.startsWith("/groups/") && path.endsWith("/consumers")) {
            return "'{\"topics\": [\"orders\"]}'";
        }
        return path.equals("/topics") ? "'{\"name\": \"orders\"}'" : "'{\"value\": \"hello\"}'";
    }

    /** How the client reached the server: scheme, host and port. */
    static String base(HttpServletRequest request) {
        String host = request.getHeader("Host");
        return request.getScheme() + "://"
                + (host == null || host.isEmpty() ? request.getLocalAddr() + ":" + request.getLocalPort() : host);
    }
}
