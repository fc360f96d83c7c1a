package io.millrace.log;

import java.util.List;

/**
 * What to read, and how much at the most.
 *
 * @param positions where to read, in the order of preference; a partition at most once
 * @param maxRecords the most records to return, at least 1
 * @param maxBytes the most bytes of records to return, summed over {@link io.millrace.record.StoredRecord#sizeInBytes()};
 *     at least one record is returned whatever its size
 * @param memory where the memory for the records is taken from; where that ends, the fetch does
 */
public record FetchPlan(List<Position> positions, int maxRecords, long maxBytes, FetchMemory memory) {

    /** A plan for which there is memory. */
    public FetchPlan(List<Position> positions, int maxRecords, long maxBytes) {
        this(positions, maxRecords, maxBytes, FetchMemory.PLENTY);
    }

    public FetchPlan {
        if (maxRecords < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("A fetch is for at least one record and one byte");
        }
    }
}
