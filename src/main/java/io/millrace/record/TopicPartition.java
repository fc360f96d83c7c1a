package io.millrace.record;

import java.util.Comparator;

/**
 * The address of one log: a topic and a partition of it.
 *
 * @param partition the index of the partition, from 0
 */
public record TopicPartition(TopicName topic, int partition) implements Comparable<TopicPartition> {

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    public TopicPartition {
        if (partition < 0) {
            throw new IllegalArgumentException("A partition is not negative: " + partition);
        }
    }

    @Override
    public int compareTo(TopicPartition other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
