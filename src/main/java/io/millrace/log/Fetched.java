package io.millrace.log;

import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a fetch found.
 *
 * @param partitions one entry for each position of the plan that was looked at, in the plan's order; positions behind the
 *     limits are left out
 */
public record Fetched(List<FetchedPartition> partitions) {

    /** Whether no record was found. */
    public boolean isEmpty() {
        return partitions.stream().allMatch(p -> p.records().isEmpty());
    }

    /** The number of records. */
    public int recordCount() {
        return partitions.stream().mapToInt(p -> p.records().size()).sum();
    }

    /** The positions of the plan, moved on to behind what was found, and behind gaps that hold nothing. */
    public List<Position> behind(List<Position> positions) {
        Map<TopicPartition, Long> next = new HashMap<>();
        partitions.forEach(found -> next.put(found.partition(), found.nextOffset()));
        return positions.stream()
                .map(position ->
                        new Position(position.partition(), next.getOrDefault(position.partition(), position.offset())))
                .toList();
    }

    /**
     * The records of one partition.
     *
     * @param nextOffset where to go on: after the last record, or after a gap that holds none
     * @param ends the partition's ends when it was read
     */
    public record FetchedPartition(
            TopicPartition partition, List<StoredRecord> records, long nextOffset, PartitionOffsets ends) {}
}
