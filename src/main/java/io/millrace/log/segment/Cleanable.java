package io.millrace.log.segment;

import io.millrace.log.LogException;
import io.millrace.log.TopicSettings;
import io.millrace.log.batch.BatchView;
import io.millrace.log.batch.CorruptBatchException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What of a partition can be compacted now, by the rules of Kafka's {@code LogCleanerManager}.
 *
 * @param segments the segments from the log start on, the clean ones and the dirty
 * @param firstDirty the offset up to which it was cleaned before
 * @param end the offset behind the last of the segments
 * @param dirtyRatio what part of their bytes is dirty
 * @param isDue whether it is worth it, or has to be
 */
record Cleanable(
        PartitionLog log,
        NavigableMap<Long, Segment> segments,
        long firstDirty,
        long end,
        double dirtyRatio,
        boolean isDue) {

    /**
     * Looks at a partition; null where nothing of it can be compacted.
     *
     * @param cleanedTo the offset up to which it was cleaned before
     * @param nowMillis milliseconds since the epoch
     */
    static @Nullable Cleanable of(PartitionLog log, long cleanedTo, long nowMillis) {
        TopicSettings settings = log.settings();
        NavigableMap<Long, Segment> settled = log.upkeep().settled();
        if (!settings.compacts() || settled.size() < 2) {
            return null;
        }
        // Where there is no such offset any more, what was cleaned was another log.
        long firstDirty = cleanedTo > settled.lastKey() ? settled.firstKey() : Math.max(cleanedTo, settled.firstKey());
        TopicSettings.Compaction rules = settings.compaction();
        long cleanBytes = 0;
        long dirtyBytes = 0;
        long end = settled.firstKey();
        boolean overdue = false;
        // The last one is where the others end, and stays.
        for (Map.Entry<Long, Segment> entry : settled.headMap(settled.lastKey()).entrySet()) {
            Segment segment = entry.getValue();
            long next = settled.higherKey(entry.getKey());
            if (next <= firstDirty) {
                cleanBytes += segment.size();
            } else if (rules.minCompactionLagMs() > 0
                    && segment.indexes().maxTimestamp() > nowMillis - rules.minCompactionLagMs()) {
                break;
            } else {
                dirtyBytes += segment.size();
                overdue |= isOlder(segment, nowMillis, rules.maxCompactionLagMs());
            }
            end = next;
        }
        if (dirtyBytes == 0) {
            return null;
        }
        double ratio = (double) dirtyBytes / (cleanBytes + dirtyBytes);
        NavigableMap<Long, Segment> segments = settled.headMap(end, false);
        return new Cleanable(log, segments, firstDirty, end, ratio, overdue || ratio > rules.minCleanableDirtyRatio());
    }

    private static boolean isOlder(Segment segment, long nowMillis, long lagMillis) {
        if (lagMillis == Long.MAX_VALUE) {
            return false;
        }
        BatchScan scan = segment.scanFrom(segment.baseOffset(), BatchScan.SMALL_CHUNK_BYTES);
        return scan.next() && scan.batch().maxTimestamp() < nowMillis - lagMillis;
    }

    /** The offset where the segment behind one of these begins. */
    long endOf(Segment segment) {
        Long next = segments.higherKey(segment.baseOffset());
        return next == null ? end : next;
    }

    /**
     * Hands the batches of a segment to {@code sink}, from the one that holds {@code fromOffset} on, until it answers false.
     *
     * @param stop whether to leave off
     * @return the first offset of the batch that was refused; -1 if none was
     * @throws LogException.Corrupt if there is something that is no batch
     * @throws LogException.Unavailable if it was left off
     */
    long walk(Segment segment, long fromOffset, BooleanSupplier stop, Predicate<BatchView> sink) {
        BatchScan scan = segment.scanFrom(fromOffset, BatchScan.LARGE_CHUNK_BYTES);
        try {
            while (scan.next()) {
                BatchView batch = scan.batch();
                if (stop.getAsBoolean()) {
                    throw new LogException.Unavailable("The server is shutting down", null);
                }
                // Offsets are not under a batch's checksum.
                if (batch.baseOffset() < segment.baseOffset() || batch.lastOffset() >= endOf(segment)) {
                    throw damaged(null);
                }
                if (batch.lastOffset() >= fromOffset && !sink.test(batch)) {
                    return batch.baseOffset();
                }
            }
        } catch (CorruptBatchException corrupt) {
            throw damaged(corrupt);
        }
        if (scan.position() < segment.size()) {
            throw damaged(null);
        }
        return -1;
    }

    private LogException damaged(@Nullable Throwable cause) {
        return new LogException.Corrupt(
                "Partition %d of topic '%s' is not compacted any more: it is damaged, a batch is not what was written"
                        .formatted(log.id().partition(), log.id().topic()),
                cause);
    }
}
