package io.millrace.wire;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.OptionalLong;

/** Timestamps as clients may write them. */
public final class MessageTimestamp {

    /** What an error says would be right. */
    public static final String EXPECTED =
            "milliseconds since 1970-01-01T00:00:00Z (a whole number, not negative) or ISO-8601 with a time zone,"
                    + " as in 2026-11-23T04:05:06.789Z";

    private MessageTimestamp() {}

    /** Milliseconds since the epoch written as a number; empty unless it is whole, not negative and fits a long. */
    public static OptionalLong ofMillis(CharSequence digits) {
        if (digits.isEmpty() || digits.length() > 19) {
            return OptionalLong.empty();
        }
        long millis = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return OptionalLong.empty();
            }
            millis = millis * 10 + (c - '0');
        }
        return millis < 0 ? OptionalLong.empty() : OptionalLong.of(millis);
    }

    /** ISO-8601 with a zone, {@code Z} or an offset; empty for anything else and for times before the epoch. */
    public static OptionalLong ofIso(CharSequence text) {
        try {
            long millis = OffsetDateTime.parse(text).toInstant().toEpochMilli();
            return millis < 0 ? OptionalLong.empty() : OptionalLong.of(millis);
        } catch (DateTimeException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /** Either form, as in a query parameter. */
    public static OptionalLong parse(CharSequence text) {
        OptionalLong millis = ofMillis(text);
        return millis.isPresent() ? millis : ofIso(text);
    }
}
