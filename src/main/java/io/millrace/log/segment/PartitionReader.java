package io.millrace.log.segment;

import io.millrace.log.FetchCollector;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.batch.CorruptBatchException;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Reads one partition's segments. It takes no lock: what lies below the high watermark does not change. */
final class PartitionReader {

    /** Records that take less than this part of what was read for them are copied, so that the rest is not held with them. */
    private static final int HELD_PART = 4;

    private final TopicPartition id;
    private final Segments segments;

    PartitionReader(TopicPartition id, Segments segments) {
        this.id = id;
        this.segments = segments;
    }

    /** Reads from {@code offset} on until the collector is full or the high watermark is reached. */
    FetchedPartition read(long offset, PartitionOffsets ends, FetchCollector collector) {
        if (offset < ends.logStartOffset() || offset > ends.highWatermark()) {
            throw new LogException.OffsetOutOfRange(id, offset, ends);
        }
        List<StoredRecord> records = new ArrayList<>();
        long next = offset;
        NavigableMap<Long, Segment> now = segments.byBaseOffset();
        Map.@Nullable Entry<Long, Segment> entry = now.floorEntry(offset);
        while (entry != null && next < ends.highWatermark() && !collector.isFull()) {
            next = readSegment(entry.getValue(), next, ends.highWatermark(), collector, records);
            entry = now.higherEntry(entry.getKey());
            if (entry != null && !collector.isFull()) {
                next = Math.max(next, entry.getKey());
            }
        }
        return new FetchedPartition(id, records, next, ends);
    }

    private long readSegment(
            Segment segment, long from, long highWatermark, FetchCollector collector, List<StoredRecord> records) {
        BatchScan scan = segment.scanFrom(from, BatchScan.SMALL_CHUNK_BYTES);
        int before = records.size();
        long next = read(scan, from, highWatermark, collector, records);
        letGoOfTheRest(records.subList(before, records.size()), scan.bytesRead());
        return next;
    }

    private static void letGoOfTheRest(List<StoredRecord> found, long bytesRead) {
        long bytes = 0;
        for (StoredRecord record : found) {
            bytes += record.sizeInBytes();
        }
        if (bytes < bytesRead / HELD_PART) {
            found.replaceAll(PartitionReader::copy);
        }
    }

    /** Headers are copies already. */
    private static StoredRecord copy(StoredRecord record) {
        return new StoredRecord(
                record.offset(), record.timestamp(), copy(record.key()), copy(record.value()), record.headers());
    }

    private static @Nullable ByteBuffer copy(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? null
                : ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private long read(
            BatchScan scan, long from, long highWatermark, FetchCollector collector, List<StoredRecord> records) {
        long next = from;
        try {
            while (next < highWatermark && scan.next()) {
                long last = scan.batch().lastOffset();
                if (last < next) {
                    continue;
                }
                if (!scan.batch().forEachRecord(next, record -> collector.offer(record, records))) {
                    return records.isEmpty() ? next : records.getLast().offset() + 1;
                }
                next = last + 1;
            }
        } catch (CorruptBatchException corrupt) {
            throw new LogException.Corrupt(
                    "Partition %d of topic '%s' is damaged at offset %d: the batch there is not what was written"
                            .formatted(id.partition(), id.topic(), next),
                    corrupt);
        }
        return next;
    }

    /**
     * The first offset from {@code start}, the log start, on whose record has {@code timestamp} or a later one; {@code end},
     * the high watermark, where there is none.
     */
    long offsetForTimestamp(long timestamp, long start, long end) {
        for (Segment segment : segments.byBaseOffset().values()) {
            if (segment.indexes().maxTimestamp() < timestamp) {
                continue;
            }
            BatchScan scan = segment.scanFrom(segment.indexes().offsetBefore(timestamp), BatchScan.SMALL_CHUNK_BYTES);
            while (scan.next() && scan.batch().baseOffset() < end) {
                if (scan.batch().maxTimestamp() >= timestamp && scan.batch().lastOffset() >= start) {
                    List<StoredRecord> found = new ArrayList<>(1);
                    scan.batch().forEachRecord(start, r -> r.timestamp() < timestamp || !found.add(r));
                    if (!found.isEmpty()) {
                        return found.getFirst().offset();
                    }
                }
            }
        }
        return end;
    }
}
