package io.millrace.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An error as RFC 9457 has it, {@code application/problem+json}. Immutable: each {@code with} makes another one.
 *
 * <pre>{@code
 * {"type": "urn:millrace:problem:topic-not-found", "title": "Topic not found", "status": 404,
 *  "detail": "There is no topic 'orders'", "code": "topic-not-found", "instance": "/topics/orders"}
 * }</pre>
 */
public final class Problem {

    /** The media type of problems. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String URN = "urn:millrace:problem:";
    private static final JsonMapper JSON = new JsonMapper();

    private final ProblemType type;
    private final int status;
    private final String detail;
    private final @Nullable String instance;
    private final Map<String, Object> members;
    private final Map<String, String> headers;

    private Problem(
            ProblemType type,
            int status,
            String detail,
            @Nullable String instance,
            Map<String, Object> members,
            Map<String, String> headers) {
        this.type = type;
        this.status = status;
        this.detail = detail;
        this.instance = instance;
        this.members = members;
        this.headers = headers;
    }

    /**
     * A problem with the status of its type; one with status 429 or 503 asks the client to come back after a second.
     *
     * @param detail what is wrong, where, and what would be right; for the client
     */
    public static Problem of(ProblemType type, String detail) {
        return ofStatus(type.status(), type, detail);
    }

    /** A problem whose status is not that of its type. */
    static Problem ofStatus(int status, ProblemType type, String detail) {
        boolean overload = status == 429 || status == 503;
        return new Problem(type, status, detail, null, Map.of(), overload ? Map.of("Retry-After", "1") : Map.of());
    }

    /** Names the path of the request that failed. */
    public Problem withInstance(@Nullable String path) {
        return new Problem(type, status, detail, path, members, headers);
    }

    /** Adds a member of its own: text, a number, true or false, or lists and maps of these. */
    public Problem with(String name, Object value) {
        return new Problem(type, status, detail, instance, plus(members, name, value), headers);
    }

    /** Adds {@code errors}, one map for each thing that is wrong. */
    public Problem withErrors(List<? extends Map<String, ?>> errors) {
        return with("errors", List.copyOf(errors));
    }

    /** Asks the client not to come back before that many seconds. */
    public Problem withRetryAfter(int seconds) {
        return withHeader("Retry-After", Integer.toString(seconds));
    }

    /** Names the methods that the path knows, in the header {@code Allow}. */
    public Problem withAllow(Collection<String> methods) {
        return withHeader("Allow", String.join(", ", methods));
    }

    private Problem withHeader(String name, String value) {
        return new Problem(type, status, detail, instance, members, plus(headers, name, value));
    }

    private static <V> Map<String, V> plus(Map<String, V> map, String name, V value) {
        Map<String, V> more = new LinkedHashMap<>(map);
        more.put(name, value);
        return more;
    }

    /** What kind of error it is. */
    public ProblemType type() {
        return type;
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }

    /** What is wrong, where, and what would be right. */
    public String detail() {
        return detail;
    }

    /** The problem as JSON in UTF-8. */
    public byte[] toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", URN + type.code());
        json.put("title", type.title());
        json.put("status", status);
        json.put("detail", detail);
        json.put("code", type.code());
        if (instance != null) {
            json.put("instance", instance);
        }
        json.putAll(members);
        // By way of a string, so that half of a surrogate pair quoted from a request becomes '?' instead of an
        // exception.
        return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    }

    /** Answers a request with the problem, unless its answer has begun already; the request's path is its instance. */
    public void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        byte[] json = (instance == null ? withInstance(request.getRequestURI()) : this).toJson();
        response.resetBuffer();
        setHead(response, json.length);
        response.getOutputStream().write(json);
        response.flushBuffer();
    }

    /** Sets the status and the headers of an answer whose body will be {@link #toJson()}. */
    void setHead(HttpServletResponse response, int length) {
        response.setStatus(status);
        response.setContentType(MEDIA_TYPE);
        response.setContentLength(length);
        response.setHeader("Cache-Control", "no-store");
        headers.forEach(response::setHeader);
    }
}
