package io.millrace.consume;

import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched;
import io.millrace.log.LogEngine;
import io.millrace.log.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A read of one partition that may wait for its first record. */
public final class PartitionRead implements LongPoll.Source<Fetched.FetchedPartition> {

    private final LogEngine log;
    private final FetchPlan plan;
    /** Behind the gap that the last attempt passed, if there was one. */
    private volatile long next;

    /**
     * Prepares a read.
     *
     * @param maxRecords the most records to return, at least 1
     * @param maxBytes the most bytes of their keys, values and headers; one record is returned whatever its size
     */
    public PartitionRead(LogEngine log, Position position, int maxRecords, long maxBytes) {
        this.log = log;
        this.plan = new FetchPlan(List.of(position), maxRecords, maxBytes);
        this.next = position.offset();
    }

    @Override
    public Fetched.@Nullable FetchedPartition attempt(boolean last) {
        Fetched.FetchedPartition fetched = log.fetch(plan).partitions().getFirst();
        next = fetched.nextOffset();
        return fetched.records().isEmpty() && !last ? null : fetched;
    }

    @Override
    public List<Position> positions() {
        return List.of(new Position(plan.positions().getFirst().partition(), next));
    }
}
