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

    /** The first offset that it has not committed and that is still there. */
    public long next() {
        return committed == null ? ends.logStartOffset() : Math.max(committed, ends.logStartOffset());
    }

    /** How many messages it has not committed yet. */
    public long lag() {
        return Math.max(0, ends.highWatermark() - next());
    }
}
