package io.millrace.group;

import io.millrace.log.PartitionOffsets;
import io.millrace.record.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How far a group is in a partition.
 *
 * @param committed the offset that it will read next; null where it never committed
 * @param ends where the partition begins and ends
 */
public record GroupOffset(
        TopicPartition partition, @Nullable Long committed, PartitionOffsets ends) {

    /** How many messages it has not committed yet. */
    public long lag() {
        long from = committed == null ? ends.logStartOffset() : Math.max(committed, ends.logStartOffset());
        return Math.max(0, ends.highWatermark() - from);
    }
}
