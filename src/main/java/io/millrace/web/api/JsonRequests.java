package io.millrace.web.api;

import io.millrace.web.Body;
import io.millrace.web.BodyReader;
import io.millrace.web.JsonBody;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Reads requests whose body is one JSON object. */
final class JsonRequests {

    private final BodyReader bodies;

    JsonRequests(BodyReader bodies) {
        this.bodies = bodies;
    }

    /** Reads the body, which must be there; {@code code} names what is wrong with it if it is JSON. */
    JsonBody read(HttpServletRequest request, ProblemType code) throws IOException {
        try (Body body = bodies.read(request)) {
            checkType(request.getContentType());
            return JsonBody.read(body, code);
        }
    }

    /** Reads the body if there is one. */
    Optional<JsonBody> readIfAny(HttpServletRequest request, ProblemType code) throws IOException {
        if (request.getContentLengthLong() == 0) {
            // Whatever type an empty body calls itself, as that of curl -d '' does, there is nothing to misread.
            return Optional.empty();
        }
        try (Body body = bodies.read(request)) {
            if (body.isEmpty()) {
                return Optional.empty();
            }
            checkType(request.getContentType());
            return Optional.of(JsonBody.read(body, code));
        }
    }

    private static void checkType(@Nullable String contentType) {
        if (contentType != null && !isJson(contentType)) {
            throw ProblemException.of(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "The body must be application/json in UTF-8, not %s".formatted(contentType));
        }
    }

    /** Whether a body of that type is JSON in UTF-8. */
    static boolean isJson(String contentType) {
        if (contentType.equals("application/json")) {
            return true;
        }
        try {
            MediaType type = MediaType.parseMediaType(contentType);
            return type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
                    && (type.getCharset() == null || StandardCharsets.UTF_8.equals(type.getCharset()));
        } catch (InvalidMediaTypeException unreadable) {
            return false;
        }
    }
}
