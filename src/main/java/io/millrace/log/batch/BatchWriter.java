package io.millrace.log.batch;

import io.millrace.record.DraftRecord;
import io.millrace.record.ProducerStamp;
import io.millrace.record.RecordHeader;
import io.millrace.record.RequestMark;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as batches with one kind of compression; a batch that is short, or that it would hardly make smaller, as it
 * does with pictures, is left uncompressed. Safe for use by many threads.
 */
public final class BatchWriter {

    /** The most record bytes that go into one batch, unless one record alone is larger: a reader takes whole batches. */
    static final int TARGET_BATCH_BYTES = 512 * 1024;

    /**
     * Fewer record bytes are not compressed: to begin costs every write and every read up to some 0.1 ms, and there is hardly
     * anything in one short message that repeats itself.
     */
    private static final int MIN_BYTES = 512;

    /** What compression saves is worth its cost from this part of the batch on: one eighth. */
    private static final int WORTH_PART = 8;

    private static final Header[] NO_HEADERS = Record.EMPTY_HEADERS;

    /** An upper bound of what a record takes besides key, value and headers: varints for its lengths and deltas. */
    private static final int RECORD_OVERHEAD = 40;

    private static final int HEADER_OVERHEAD = 10;

    private final Compression compression;

    /** @param compressionType a value of a topic's {@code compression.type} */
    public BatchWriter(String compressionType) {
        this.compression = compressionType.equals("uncompressed") || compressionType.equals("producer")
                ? Compression.NONE
                : Compression.of(CompressionType.forName(compressionType)).build();
    }

    /** Encodes the records, in order, as one batch or, where they are many, as several. */
    public List<EncodedBatch> write(List<DraftRecord> records) {
        return write(records, BatchMarks.NONE);
    }

    /** Encodes the records with what stands with them. */
    public List<EncodedBatch> write(List<DraftRecord> records, BatchMarks marks) {
        List<EncodedBatch> batches = new ArrayList<>(1);
        int from = 0;
        int bytes = 0;
        for (int i = 0; i < records.size(); i++) {
            int size = sizeBound(records.get(i));
            if (i > from && bytes + size > TARGET_BATCH_BYTES) {
                batches.add(encode(records.subList(from, i), bytes, marks.producerAt(from), marks.requestUpTo(i)));
                from = i;
                bytes = 0;
            }
            bytes += size;
        }
        batches.add(encode(
                from == 0 ? records : records.subList(from, records.size()),
                bytes,
                marks.producerAt(from),
                marks.requestUpTo(records.size())));
        return batches;
    }

    private EncodedBatch encode(
            List<DraftRecord> records, int bytes, @Nullable ProducerStamp producer, @Nullable RequestMark mark) {
        if (bytes >= MIN_BYTES) {
            EncodedBatch batch = encode(records, bytes, producer, mark, compression);
            int saved = batch.uncompressedSize() - batch.size();
            if (compression.type() == CompressionType.NONE || saved >= batch.uncompressedSize() / WORTH_PART) {
                return batch;
            }
        }
        return encode(records, bytes, producer, mark, Compression.NONE);
    }

    @SuppressWarnings("ReferenceEquality") // Equal lists that are not the same are converted twice, which does no harm.
    private static EncodedBatch encode(
            List<DraftRecord> records,
            int bytes,
            @Nullable ProducerStamp producer,
            @Nullable RequestMark mark,
            Compression compression) {
        int markBytes = mark == null ? 0 : RequestMark.BYTES + MarkHeader.NAME.length() + HEADER_OVERHEAD;
        ByteBuffer buffer = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD + bytes + markBytes);
        MemoryRecordsBuilder builder = builder(buffer, producer, compression);
        long maxTimestamp = RecordBatch.NO_TIMESTAMP;
        // Messages without headers of their own share one list, that of their content type.
        List<RecordHeader> lastHeaders = List.of();
        Header[] headers = NO_HEADERS;
        for (DraftRecord record : records) {
            if (record.headers() != lastHeaders) {
                lastHeaders = record.headers();
                headers = headers(lastHeaders);
            }
            Header[] marked = mark != null && builder.numRecords() == 0 ? with(headers, mark) : headers;
            builder.append(record.timestamp(), duplicate(record.key()), duplicate(record.value()), marked);
            maxTimestamp = Math.max(maxTimestamp, record.timestamp());
        }
        ByteBuffer built = builder.build().buffer();
        return new EncodedBatch(
                built.slice(), records.size(), maxTimestamp, builder.uncompressedBytesWritten(), producer, mark);
    }

    private static MemoryRecordsBuilder builder(
            ByteBuffer buffer, @Nullable ProducerStamp producer, Compression compression) {
        return MemoryRecords.builder(
                buffer,
                RecordBatch.CURRENT_MAGIC_VALUE,
                compression,
                TimestampType.CREATE_TIME,
                0L,
                RecordBatch.NO_TIMESTAMP,
                producer == null ? RecordBatch.NO_PRODUCER_ID : producer.producerId(),
                producer == null ? RecordBatch.NO_PRODUCER_EPOCH : producer.epoch(),
                producer == null ? RecordBatch.NO_SEQUENCE : producer.sequence(),
                false,
                RecordBatch.NO_PARTITION_LEADER_EPOCH);
    }

    private static Header[] with(Header[] headers, RequestMark mark) {
        Header[] marked = Arrays.copyOf(headers, headers.length + 1);
        marked[headers.length] = MarkHeader.of(mark);
        return marked;
    }

    private static int sizeBound(DraftRecord record) {
        return RECORD_OVERHEAD
                + record.sizeInBytes()
                + HEADER_OVERHEAD * record.headers().size();
    }

    private static @Nullable ByteBuffer duplicate(@Nullable ByteBuffer buffer) {
        return buffer == null ? null : buffer.duplicate();
    }

    private static Header[] headers(List<RecordHeader> headers) {
        if (headers.isEmpty()) {
            return NO_HEADERS;
        }
        Header[] converted = new Header[headers.size()];
        for (int i = 0; i < converted.length; i++) {
            RecordHeader header = headers.get(i);
            converted[i] =
                    new org.apache.kafka.common.header.internals.RecordHeader(header.name(), bytes(header.value()));
        }
        return converted;
    }

    private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
