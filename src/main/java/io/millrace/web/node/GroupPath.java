package io.millrace.web.node;

import io.millrace.web.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What of a group a request is about, by its path, {@code /groups/{group}/consumers/{consumer}/...}, or by its query, {@code
 * /topics/{topic}/messages?group={group}&consumer={consumer}}.
 *
 * @param consumer null if it is about none
 */
record GroupPath(String group, @Nullable String consumer) {

    /** Null if the request is about no group. */
    static @Nullable GroupPath of(HttpServletRequest request) {
        String[] parts = request.getRequestURI().split("/", -1);
        if (parts.length == 4 && parts[1].equals("topics") && parts[3].equals("messages")) {
            String group = QueryParameters.peek(request, "group");
            return group == null ? null : new GroupPath(group, QueryParameters.peek(request, "consumer"));
        }
        if (parts.length < 3 || !parts[0].isEmpty() || !parts[1].equals("groups") || parts[2].isEmpty()) {
            return null;
        }
        boolean one = parts.length > 4 && parts[3].equals("consumers") && !parts[4].isEmpty();
        try {
            return new GroupPath(decoded(parts[2]), one ? decoded(parts[4]) : null);
        } catch (IllegalArgumentException notEncoded) {
            return null;
        }
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
