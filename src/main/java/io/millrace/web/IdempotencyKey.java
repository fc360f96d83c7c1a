package io.millrace.web;

import io.millrace.record.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** The header by which a client names a request that is to be stored only once (draft-ietf-httpapi-idempotency-key-header). */
public final class IdempotencyKey {

    /** The name of the header. */
    public static final String HEADER = "Idempotency-Key";

    private static final int MAX_LENGTH = 255;

    private IdempotencyKey() {}

    /**
     * The name of a request; null if it has none. The token stands in quotes, as a string of RFC 9651, or as it is.
     *
     * @throws ProblemException if it is no token
     */
    public static @Nullable RequestId of(HttpServletRequest request) {
        String header = request.getHeader(HEADER);
        if (header == null) {
            return null;
        }
        boolean quoted = header.length() > 1 && header.startsWith("\"") && header.endsWith("\"");
        String token = quoted ? header.substring(1, header.length() - 1) : header;
        boolean visible = token.chars().allMatch(c -> c > ' ' && c < 127);
        if (token.isEmpty() || token.length() > MAX_LENGTH || !visible) {
            throw ProblemException.of(
                    ProblemType.INVALID_PARAMETER,
                    "%s must be 1 to %d visible ASCII characters, such as a UUID, and is %s"
                            .formatted(HEADER, MAX_LENGTH, Quoted.text(header)));
        }
        return RequestId.of(token);
    }
}
