package io.millrace.log;

import io.millrace.record.StoredRecord;
import java.util.List;

/** Counts what a fetch has found against its limits; the first record is taken whatever its size. */
public final class FetchCollector {

    /** What a record takes in memory besides key, value and headers: the objects that it consists of. */
    private static final int RECORD_BYTES = 160;

    private final FetchMemory memory;
    private int recordsLeft;
    private long bytesLeft;
    private boolean empty = true;
    private boolean full;

    /**
     * Counts from nothing.
     *
     * @param maxRecords the most records that are taken
     * @param maxBytes the most bytes, see {@link FetchPlan#maxBytes}
     */
    public FetchCollector(int maxRecords, long maxBytes) {
        this(maxRecords, maxBytes, FetchMemory.PLENTY);
    }

    /** Counts from nothing against the limits of a plan. */
    public FetchCollector(FetchPlan plan) {
        this(plan.maxRecords(), plan.maxBytes(), plan.memory());
    }

    private FetchCollector(int maxRecords, long maxBytes, FetchMemory memory) {
        this.memory = memory;
        this.recordsLeft = maxRecords;
        this.bytesLeft = maxBytes;
    }

    /** Adds the record to those of its partition if it fits; answers whether it did. */
    public boolean offer(StoredRecord record, List<StoredRecord> records) {
        int size = record.sizeInBytes();
        if (recordsLeft == 0 || (size > bytesLeft && !empty) || !memory.take(RECORD_BYTES + size)) {
            full = true;
            return false;
        }
        records.add(record);
        empty = false;
        recordsLeft--;
        bytesLeft -= size;
        full = recordsLeft == 0 || bytesLeft <= 0;
        return true;
    }

    /** Whether no further record will be taken. */
    public boolean isFull() {
        return full;
    }
}
