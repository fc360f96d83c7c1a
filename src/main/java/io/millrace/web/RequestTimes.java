package io.millrace.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How long requests took, as Spring Boot names and tags it: {@code http.server.requests} by method, mapping, status and
 * outcome. The meters are found by one look-up instead of being described anew with each request.
 */
final class RequestTimes {

    /** RFC 9110, section 9, and RFC 5789; others share a tag, so that clients cannot make meters. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    private final MeterRegistry meters;
    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

    RequestTimes(MeterRegistry meters) {
        this.meters = meters;
    }

    /**
     * Counts a request that is answered.
     *
     * @param mapping the pattern of paths that it met
     */
    void record(String method, String mapping, int status, long nanos) {
        Kind kind = new Kind(METHODS.contains(method) ? method : "UNKNOWN", mapping, status);
        timers.computeIfAbsent(kind, this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        return Timer.builder("http.server.requests")
                .description("How long requests took, those that waited included")
                .tag("method", kind.method())
                .tag("uri", kind.mapping())
                .tag("status", Integer.toString(kind.status()))
                .tag("outcome", outcome(kind.status()))
                .register(meters);
    }

    private static String outcome(int status) {
        return switch (status / 100) {
            case 1 -> "INFORMATIONAL";
            case 2 -> "SUCCESS";
            case 3 -> "REDIRECTION";
            case 4 -> "CLIENT_ERROR";
            case 5 -> "SERVER_ERROR";
            default -> "UNKNOWN";
        };
    }

    private record Kind(String method, String mapping, int status) {}
}
