package io.millrace.log;

import io.millrace.record.TopicPartition;
import java.util.List;
import java.util.Map;

/**
 * A place in a log: where a read begins or a wait looks.
 *
 * @param offset the offset of the next record wanted, from 0
 */
public record Position(TopicPartition partition, long offset) {

    /** The places that a map tells, in its order. */
    public static List<Position> of(Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream()
                .map(entry -> new Position(entry.getKey(), entry.getValue()))
                .toList();
    }
}
