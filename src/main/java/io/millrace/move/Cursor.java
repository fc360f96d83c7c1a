package io.millrace.move;

import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.LogEngine;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the records of a partition one after another, up to where it ended at some moment. */
final class Cursor {

    private static final int FETCH_RECORDS = 5_000;
    private static final int FETCH_BYTES = 4 * 1024 * 1024;

    private final LogEngine log;
    private final TopicPartition partition;
    private final long end;
    private long next;
    private List<StoredRecord> read = List.of();
    private int at;

    /** @param ends the first offset to read, and the one to stop before */
    Cursor(LogEngine log, TopicPartition partition, PartitionOffsets ends) {
        this.log = log;
        this.partition = partition;
        this.next = ends.logStartOffset();
        this.end = ends.highWatermark();
    }

    /** The record that the cursor stands at; null at the end. */
    @Nullable
    StoredRecord peek() {
        while (at == read.size() && next < end) {
            fetch();
        }
        return at < read.size() ? read.get(at) : null;
    }

    /** Goes on to the next record. */
    void skip() {
        at++;
    }

    /** Some records from where the cursor stands on, and goes on behind them; none at the end. */
    List<StoredRecord> take() {
        if (peek() == null) {
            return List.of();
        }
        List<StoredRecord> taken = read.subList(at, read.size());
        at = read.size();
        return taken;
    }

    private void fetch() {
        FetchedPartition fetched = log.fetch(
                        new FetchPlan(List.of(new Position(partition, next)), FETCH_RECORDS, FETCH_BYTES))
                .partitions()
                .getFirst();
        if (fetched.nextOffset() <= next) {
            throw new MoveException("%s cannot be read on from offset %d".formatted(partition, next));
        }
        next = fetched.nextOffset();
        read = fetched.records();
        at = 0;
        if (next > end) {
            read = read.stream().filter(record -> record.offset() < end).toList();
        }
    }
}
