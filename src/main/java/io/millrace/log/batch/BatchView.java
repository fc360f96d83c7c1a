package io.millrace.log.batch;

import io.millrace.record.ProducerStamp;
import io.millrace.record.RecordHeader;
import io.millrace.record.RequestMark;
import io.millrace.record.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.CloseableIterator;
import org.jspecify.annotations.Nullable;

/**
 * A batch in a buffer, looked at where it lies: nothing is copied and only the header is read until its records are asked
 * for.
 *
 * <pre>
 *  0  base offset (8)             not under the checksum
 *  8  length of the rest (4)
 * 12  partition leader epoch (4)
 * 16  magic (1)                   2
 * 17  CRC-32C of all that follows (4)
 * 21  attributes (2)              compression, timestamp type, transaction, control
 * 23  last offset delta (4)
 * 27  base timestamp (8)
 * 35  max timestamp (8)
 * 43  producer id (8), epoch (2), base sequence (4)
 * 57  record count (4)
 * 61  records
 * </pre>
 */
public final class BatchView {

    private static final int LENGTH_POSITION = 8;
    private static final int LENGTH_END = 12;
    private static final int MAGIC_POSITION = 16;
    private static final int CHECKSUM_POSITION = 17;
    private static final int ATTRIBUTES_POSITION = 21;
    private static final int LAST_OFFSET_DELTA_POSITION = 23;
    private static final int BASE_TIMESTAMP_POSITION = 27;
    private static final int MAX_TIMESTAMP_POSITION = 35;
    private static final int RECORD_COUNT_POSITION = 57;
    private static final int PRODUCER_ID_POSITION = 43;
    private static final int PRODUCER_EPOCH_POSITION = 51;
    private static final int BASE_SEQUENCE_POSITION = 53;

    /** Bits of the attributes. */
    private static final int COMPRESSION = 0b111;

    private static final int LOG_APPEND_TIME = 1 << 3;
    private static final int CONTROL = 1 << 5;

    private final ByteBuffer bytes;
    private final int start;
    private final ScanMemory memory;

    private BatchView(ByteBuffer bytes, int start, ScanMemory memory) {
        this.bytes = bytes;
        this.start = start;
        this.memory = memory;
    }

    /**
     * Returns how many bytes the batch at {@code position} takes by its own word, or -1 if fewer than a batch's header are
     * there or the word cannot be true.
     */
    public static int sizeAt(ByteBuffer bytes, int position) {
        if (bytes.limit() - position < DefaultRecordBatch.RECORD_BATCH_OVERHEAD) {
            return -1;
        }
        int size = LENGTH_END + bytes.getInt(position + LENGTH_POSITION);
        return size < DefaultRecordBatch.RECORD_BATCH_OVERHEAD
                        || bytes.get(position + MAGIC_POSITION) != RecordBatch.MAGIC_VALUE_V2
                ? -1
                : size;
    }

    /**
     * The batch at {@code position}; all of it must be there, see {@link #sizeAt}.
     *
     * @param bytes backed by an array
     * @param memory of the walk that it is part of
     */
    public static BatchView at(ByteBuffer bytes, int position, ScanMemory memory) {
        return new BatchView(bytes, position, memory);
    }

    /** The size of the batch in bytes. */
    public int size() {
        return LENGTH_END + bytes.getInt(start + LENGTH_POSITION);
    }

    /** The offset of its first record. */
    public long baseOffset() {
        return bytes.getLong(start);
    }

    /** The offset of its last record, also when compaction has taken that one away. */
    public long lastOffset() {
        return baseOffset() + bytes.getInt(start + LAST_OFFSET_DELTA_POSITION);
    }

    /** How many records it has; compaction may have left fewer than there are offsets. */
    public int recordCount() {
        return bytes.getInt(start + RECORD_COUNT_POSITION);
    }

    /** The latest timestamp of its records, in milliseconds since the epoch. */
    public long maxTimestamp() {
        return bytes.getLong(start + MAX_TIMESTAMP_POSITION);
    }

    /** How its producer numbered its records; null if it did not. */
    public @Nullable ProducerStamp producer() {
        long id = bytes.getLong(start + PRODUCER_ID_POSITION);
        return id == RecordBatch.NO_PRODUCER_ID
                ? null
                : new ProducerStamp(
                        id,
                        bytes.getShort(start + PRODUCER_EPOCH_POSITION),
                        bytes.getInt(start + BASE_SEQUENCE_POSITION));
    }

    /** The mark of the request that it belongs to; null if it belongs to none. */
    public @Nullable RequestMark mark() {
        try (CloseableIterator<Record> records = batch().streamingIterator(memory.decompression())) {
            return records.hasNext() ? MarkHeader.in(records.next().headers()) : null;
        }
    }

    /** Whether the batch is what was written: its checksum fits. */
    public boolean isValid() {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.slice(start + ATTRIBUTES_POSITION, size() - ATTRIBUTES_POSITION));
        return (int) checksum.getValue() == bytes.getInt(start + CHECKSUM_POSITION) && lastOffset() >= baseOffset();
    }

    /**
     * Hands the records from {@code fromOffset} on to {@code sink}, in order, until it answers false. A compressed batch is
     * decompressed record by record: what lies behind the one that the sink refused is never in memory, and those handed out
     * are copies of their own size.
     *
     * @return whether the sink took all of them
     * @throws CorruptBatchException if the batch is not what was written
     */
    public boolean forEachRecord(long fromOffset, Predicate<StoredRecord> sink) {
        if (!isValid()) {
            throw new CorruptBatchException("Its checksum does not fit");
        }
        int attributes = bytes.getShort(start + ATTRIBUTES_POSITION);
        if ((attributes & CONTROL) != 0) {
            return true;
        }
        try {
            return (attributes & COMPRESSION) == 0
                    ? plainRecords((attributes & LOG_APPEND_TIME) != 0).forEach(fromOffset, sink)
                    : forEachDecompressed(fromOffset, sink);
        } catch (IndexOutOfBoundsException | InvalidRecordException unreadable) {
            throw new CorruptBatchException(unreadable);
        }
    }

    private PlainRecords plainRecords(boolean logAppendTime) {
        return new PlainRecords(
                bytes.array(),
                bytes.arrayOffset() + start + DefaultRecordBatch.RECORD_BATCH_OVERHEAD,
                recordCount(),
                baseOffset(),
                logAppendTime ? maxTimestamp() : bytes.getLong(start + BASE_TIMESTAMP_POSITION),
                logAppendTime,
                memory.lastHeaders());
    }

    private boolean forEachDecompressed(long fromOffset, Predicate<StoredRecord> sink) {
        try (CloseableIterator<Record> records = batch().streamingIterator(memory.decompression())) {
            while (records.hasNext()) {
                Record kafka = records.next();
                if (kafka.offset() >= fromOffset && !sink.test(stored(kafka))) {
                    return false;
                }
            }
        }
        return true;
    }

    private RecordBatch batch() {
        return alone().batchIterator().next();
    }

    /** This batch and no other. */
    MemoryRecords alone() {
        return MemoryRecords.readableRecords(bytes.slice(start, size()));
    }

    ScanMemory memory() {
        return memory;
    }

    private static StoredRecord stored(Record kafka) {
        return new StoredRecord(
                kafka.offset(), kafka.timestamp(), kafka.key(), kafka.value(), headers(kafka.headers()));
    }

    private static List<RecordHeader> headers(Header[] headers) {
        if (headers.length == 0) {
            return List.of();
        }
        List<RecordHeader> converted = new ArrayList<>(headers.length);
        for (Header header : headers) {
            if (!MarkHeader.is(header)) {
                converted.add(new RecordHeader(header.key(), wrap(header.value())));
            }
        }
        return converted;
    }

    private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
