package io.millrace.log.batch;

import java.nio.ByteBuffer;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * Takes those records out of batches that compaction has no use for: all but the newest of each key, records without a key,
 * and tombstones whose time is over. The time of a tombstone begins when its batch is first filtered, and is noted in the
 * batch as Kafka does it (the delete horizon of KIP-534). Offsets, compression and what stands in a batch's header stay.
 */
public final class BatchFilter {

    /** Knows which records have a newer one of the same key. */
    @FunctionalInterface
    public interface Newest {

        /** Whether the record at {@code offset} is the newest of that key, as far as is known. */
        boolean isNewest(ByteBuffer key, long offset);
    }

    private static final int ROOM_FOR_A_CHANGED_HEADER = 128;

    private final MemoryRecords.RecordFilter rule;

    /**
     * @param nowMillis the time, in milliseconds since the epoch
     * @param deleteRetentionMillis how long a tombstone stays after its batch is first filtered
     */
    public BatchFilter(long nowMillis, long deleteRetentionMillis, Newest newest) {
        this.rule = new Rule(nowMillis, deleteRetentionMillis, newest);
    }

    /**
     * What is left of a batch: a whole batch, or nothing.
     *
     * @throws CorruptBatchException if the batch is not what was written
     */
    public ByteBuffer apply(BatchView batch) {
        if (!batch.isValid()) {
            throw new CorruptBatchException("Its checksum does not fit");
        }
        try {
            ByteBuffer room = ByteBuffer.allocate(batch.size() + ROOM_FOR_A_CHANGED_HEADER);
            return batch.alone()
                    .filterTo(rule, room, batch.memory().decompression(), Integer.MAX_VALUE)
                    .outputBuffer()
                    .flip();
        } catch (InvalidRecordException corrupt) {
            throw new CorruptBatchException(corrupt);
        }
    }

    private static final class Rule extends MemoryRecords.RecordFilter {
        private final Newest newest;

        private Rule(long nowMillis, long deleteRetentionMillis, Newest newest) {
            super(nowMillis, deleteRetentionMillis);
            this.newest = newest;
        }

        @Override
        protected BatchRetentionResult checkBatchRetention(RecordBatch batch) {
            return new BatchRetentionResult(BatchRetention.DELETE_EMPTY, false);
        }

        @Override
        protected boolean shouldRetainRecord(RecordBatch batch, Record record) {
            return record.hasKey()
                    && newest.isNewest(record.key(), record.offset())
                    && (record.hasValue()
                            || currentTime < batch.deleteHorizonMs().orElse(Long.MAX_VALUE));
        }
    }
}
