package io.millrace.group;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.record.TopicName;

/**
 * Which topics a member reads, by their whole names, now and later: a regular expression in the syntax of RE2, as Kafka's
 * brokers take it (KIP-848). RE2 needs time in proportion to the name, whatever the expression.
 */
public final class TopicPattern {

    private static final int MAX_LENGTH = 249;

    private final Pattern pattern;

    private TopicPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * The pattern of that text.
     *
     * @throws IllegalArgumentException if it is none; says why
     */
    public static TopicPattern of(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("it must have 1 to %d characters".formatted(MAX_LENGTH));
        }
        if (text.indexOf('{') >= 0) {
            // Nested ones make of a short text an automaton of any size.
            throw new IllegalArgumentException("counted repetition ('{n}') is not taken; use '*', '+' or '?'");
        }
        try {
            return new TopicPattern(Pattern.compile(text));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(e.getDescription() + " at '" + e.getPattern() + "'", e);
        }
    }

    /** Whether the topic is among them; the server's own never are. */
    public boolean matches(TopicName topic) {
        return !topic.isReserved() && pattern.matches(topic.value());
    }

    /** The text of the pattern. */
    public String text() {
        return pattern.pattern();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicPattern that && that.text().equals(text());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
