package io.millrace.log;

import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;

/**
 * A topic as it is at a time.
 *
 * @param partitions the number of its partitions, at least 1
 */
public record Topic(TopicName name, int partitions, TopicSettings settings) {

    public Topic {
        if (partitions < 1) {
            throw new IllegalArgumentException("A topic has at least one partition, not " + partitions);
        }
    }

    /**
     * The address of one of its partitions.
     *
     * @throws LogException.PartitionNotFound if it has none of that number
     */
    public TopicPartition partition(int partition) {
        if (partition < 0 || partition >= partitions) {
            throw new LogException.PartitionNotFound(name, partition, partitions);
        }
        return new TopicPartition(name, partition);
    }
}
