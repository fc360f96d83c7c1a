package io.millrace.record;

/**
 * The legal name of a topic. Names that begin with {@code __} are reserved for Millrace's own topics: they are legal
 * here, and kept from clients where a request is read.
 *
 * @param value 1 to 249 characters of {@code [a-zA-Z0-9._-]}, neither {@code .} nor {@code ..}
 */
public record TopicName(String value) implements Comparable<TopicName> {

    /** What the names of Millrace's own topics begin with. */
    public static final String RESERVED_PREFIX = "__";

    /** @throws InvalidNameException if the value is not a legal name */
    public TopicName {
        LegalName.check("topic name", value);
    }

    /** Whether the name belongs to Millrace itself. */
    public boolean isReserved() {
        return value.startsWith(RESERVED_PREFIX);
    }

    @Override
    public int compareTo(TopicName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
