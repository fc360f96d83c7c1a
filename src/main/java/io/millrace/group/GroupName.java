package io.millrace.group;

import io.millrace.record.InvalidNameException;
import io.millrace.record.LegalName;
import io.millrace.record.TopicName;

/**
 * The legal name of a consumer group.
 *
 * @param value 1 to 249 characters of {@code [a-zA-Z0-9._-]}, not beginning with {@code __}
 */
public record GroupName(String value) implements Comparable<GroupName> {

    /** @throws InvalidNameException if the value is not a legal name, or a reserved one */
    public GroupName {
        LegalName.check("group name", value);
        if (value.startsWith(TopicName.RESERVED_PREFIX)) {
            throw new InvalidNameException(
                    "'%s' is not a legal group name: names that begin with '__' are reserved".formatted(value));
        }
    }

    @Override
    public int compareTo(GroupName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
