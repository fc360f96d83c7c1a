package io.millrace.web;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as clients may write them. */
public final class Durations {

    /** What an error says would be right. */
    public static final String EXPECTED = "a duration like 500ms, 5s, 2m, 1h or ISO-8601 (PT5S)";

    private static final Pattern SIMPLE = Pattern.compile("(\\d{1,15})(ms|s|m|h)");

    private Durations() {}

    /** A number with its unit, {@code 500ms}, or ISO-8601; empty for anything else and for negative durations. */
    public static Optional<Duration> parse(String text) {
        try {
            Matcher simple = SIMPLE.matcher(text);
            Duration duration =
                    simple.matches() ? of(Long.parseLong(simple.group(1)), simple.group(2)) : Duration.parse(text);
            return duration.isNegative() ? Optional.empty() : Optional.of(duration);
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Duration of(long number, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /** A duration as an error shows it, in seconds if it is whole: {@code 60s}, {@code 1500ms}. */
    static String shown(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
