package io.millrace.web;

import io.millrace.wire.MessageTimestamp;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request, read strictly: a name that is unknown or stands twice and a value that is not legal are
 * {@code invalid-parameter}. The body is never looked at, which the servlet API's parameters would do.
 */
public final class QueryParameters {

    private final Set<String> allowed;
    private final Map<String, String> values;

    private QueryParameters(Set<String> allowed, Map<String, String> values) {
        this.allowed = allowed;
        this.values = values;
    }

    /**
     * Reads the query of a request, all of it.
     *
     * @param allowed the names that mean something to the request
     * @throws ProblemException if the query holds another one, one twice, or is not percent-encoded UTF-8
     */
    public static QueryParameters of(HttpServletRequest request, String... allowed) {
        Set<String> known = new LinkedHashSet<>(List.of(allowed));
        String query = request.getQueryString();
        return query == null || query.isEmpty()
                ? new QueryParameters(known, Map.of())
                : new QueryParameters(known, parse(query, known));
    }

    /** The value of a parameter, whatever else the query holds; null if it is not named. */
    public static @Nullable String peek(HttpServletRequest request, String name) {
        String query = request.getQueryString();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts[0].equals(name)) {
                return parts.length < 2 ? "" : QueryText.decode(parts[1]);
            }
        }
        return null;
    }

    private static Map<String, String> parse(String query, Set<String> known) {
        Map<String, String> values = new HashMap<>();
        int start = 0;
        while (start < query.length()) {
            int next = query.indexOf('&', start);
            int end = next < 0 ? query.length() : next;
            if (end > start) {
                add(query.substring(start, end), known, values);
            }
            start = end + 1;
        }
        return values;
    }

    private static void add(String pair, Set<String> known, Map<String, String> values) {
        int equals = pair.indexOf('=');
        String name = QueryText.decode(equals < 0 ? pair : pair.substring(0, equals));
        if (!known.contains(name)) {
            throw refusal(Quoted.unknown("query parameter", name, known));
        }
        if (values.put(name, equals < 0 ? "" : QueryText.decode(pair.substring(equals + 1))) != null) {
            throw refusal("Query parameter '" + name + "' stands there more than once; give it once");
        }
    }

    /** Whether the query names it, with a value or without. */
    public boolean has(String name) {
        return text(name) != null;
    }

    /** The value, empty where only the name stands there; null if it does not. */
    public @Nullable String text(String name) {
        if (!allowed.contains(name)) {
            throw new IllegalStateException("Query parameter " + name + " is read but not allowed");
        }
        return values.get(name);
    }

    /**
     * The value of a parameter that must be there.
     *
     * @param expected what it must be, for the error
     */
    public String requiredText(String name, String expected) {
        String text = text(name);
        if (text == null) {
            throw refusal("Query parameter '%s' is missing; it must be %s".formatted(name, expected));
        }
        return text;
    }

    /** A whole number from {@code min} to {@code max}. */
    public int integer(String name, int fallback, int min, int max) {
        return integer(name, fallback, min, max, null);
    }

    /**
     * A whole number from {@code min} to {@code max}.
     *
     * @param setting the setting that makes {@code max} the most, for the error
     */
    public int integer(String name, int fallback, int min, int max, @Nullable String setting) {
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        String expected = "a whole number from " + min + " to " + max;
        return (int) number(name, text, min, max, expected, setting);
    }

    /** A number of bytes, 1 to {@code max}. */
    public long bytes(String name, long fallback, long max) {
        return bytes(name, fallback, max, null);
    }

    /**
     * A number of bytes, 1 to {@code max}.
     *
     * @param setting the setting that makes {@code max} the most, for the error
     */
    public long bytes(String name, long fallback, long max, @Nullable String setting) {
        String text = text(name);
        return text == null ? fallback : number(name, text, 1, max, "a number of bytes from 1 to " + max, setting);
    }

    /** A duration as {@link Durations} reads it, 0 to {@code max}. */
    public Duration duration(String name, Duration fallback, Duration max) {
        return duration(name, fallback, max, null);
    }

    /**
     * A duration as {@link Durations} reads it, 0 to {@code max}.
     *
     * @param setting the setting that makes {@code max} the most, for the error
     */
    public Duration duration(String name, Duration fallback, Duration max, @Nullable String setting) {
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        Duration duration = Durations.parse(text).orElseThrow(() -> wrong(name, text, Durations.EXPECTED));
        if (duration.compareTo(max) > 0) {
            throw wrong(name, text, "a duration of at most " + Durations.shown(max) + because(setting));
        }
        return duration;
    }

    /** A point in time in milliseconds since the epoch, which came in as such or as ISO-8601; null if it is not there. */
    public @Nullable Long timestamp(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        OptionalLong millis = MessageTimestamp.parse(text);
        if (millis.isEmpty()) {
            throw wrong(name, text, MessageTimestamp.EXPECTED);
        }
        return millis.getAsLong();
    }

    /** Whether it is {@code true}; false if it is not there. */
    public boolean flag(String name) {
        String text = text(name);
        if (text == null || text.equals("false")) {
            return false;
        }
        if (!text.equals("true")) {
            throw wrong(name, text, "true or false");
        }
        return true;
    }

    /** The error of a parameter whose value only the caller can judge; {@code expected} is what would be right. */
    public static ProblemException wrong(String name, String value, String expected) {
        return refusal("Query parameter '%s' must be %s, not %s".formatted(name, expected, Quoted.text(value)));
    }

    private static long number(
            String name, String text, long min, long max, String expected, @Nullable String setting) {
        long number;
        try {
            number = WholeNumber.parse(text);
        } catch (NumberFormatException e) {
            throw wrong(name, text, expected);
        }
        if (number > max) {
            throw wrong(name, text, expected + because(setting));
        }
        if (number < min) {
            throw wrong(name, text, expected);
        }
        return number;
    }

    private static String because(@Nullable String setting) {
        return setting == null ? "" : " (the most that " + setting + " allows)";
    }

    private static ProblemException refusal(String detail) {
        return ProblemException.of(ProblemType.INVALID_PARAMETER, detail);
    }
}
