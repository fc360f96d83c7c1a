package io.millrace.log.segment;

import io.millrace.record.StoredRecord;
import java.util.List;

/** Counts what a fetch has found against its limits; the first record is taken whatever its size. */
final class FetchCollector {

    private int recordsLeft;
    private long bytesLeft;
    private boolean empty = true;
    private boolean full;

    FetchCollector(int maxRecords, long maxBytes) {
        this.recordsLeft = maxRecords;
        this.bytesLeft = maxBytes;
    }

    /** Adds the record to those of its partition if it fits; answers whether it did. */
    boolean offer(StoredRecord record, List<StoredRecord> records) {
        int size = record.sizeInBytes();
        if (recordsLeft == 0 || (size > bytesLeft && !empty)) {
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
    boolean isFull() {
        return full;
    }
}
