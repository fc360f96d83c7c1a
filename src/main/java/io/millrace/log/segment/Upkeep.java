package io.millrace.log.segment;

import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.TopicSettings;
import io.millrace.record.TopicPartition;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.locks.Lock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** What becomes of a partition's old segments: they are trimmed, let go by retention, or replaced by compaction. */
final class Upkeep {

    private final TopicPartition id;
    private final Segments segments;
    private final LogEnds ends;
    private final RecoveryPoint recoveryPoint;
    private final Usability usability;
    private final Lock appendLock;
    private final Supplier<AppendRules> rules;

    /** @param rules as they are when they are asked for */
    Upkeep(
            TopicPartition id,
            Segments segments,
            LogEnds ends,
            RecoveryPoint recoveryPoint,
            Usability usability,
            Lock appendLock,
            Supplier<AppendRules> rules) {
        this.id = id;
        this.segments = segments;
        this.ends = ends;
        this.recoveryPoint = recoveryPoint;
        this.usability = usability;
        this.appendLock = appendLock;
        this.rules = rules;
    }

    /**
     * Has the partition begin at an offset; see {@link LogEngine#trim}.
     *
     * @param note makes where it begins durable; called before anything is let go
     */
    long trim(long beforeOffset, LongConsumer note) {
        appendLock.lock();
        try {
            usability.check();
            long end = ends.highWatermark();
            long start = beforeOffset == LogEngine.HIGH_WATERMARK ? end : beforeOffset;
            if (start < 0 || start > end) {
                throw new LogException.OffsetOutOfRange(
                        id, beforeOffset, new PartitionOffsets(segments.startOffset(), end, segments.sizeInBytes()));
            }
            if (start > segments.startOffset()) {
                note.accept(start);
                segments.trim(start);
                rollIf(segments.isSpent(ends.next()), false);
            }
            return segments.startOffset();
        } finally {
            appendLock.unlock();
        }
    }

    /** Lets the oldest records go as far as the topic's retention tells. */
    void retain(long nowMillis) {
        appendLock.lock();
        try {
            if (usability.isUsable()) {
                segments.deleteRetired();
                TopicSettings settings = rules.get().settings();
                boolean due = segments.isSpent(ends.next()) || segments.isOld(settings, nowMillis);
                rollIf(due, rules.get().fsync());
                segments.retain(settings, nowMillis, ends.highWatermark());
            }
        } finally {
            appendLock.unlock();
        }
    }

    /** Begins a new segment, so that the old one can go, unless there is no room for it: then the next retention tries again. */
    private void rollIf(boolean due, boolean forceSealed) {
        if (!due) {
            return;
        }
        try {
            segments.rollOver(ends.next(), forceSealed);
        } catch (LogException.StorageFull | LogException.Unavailable noRoom) {
            // The old one goes on.
        } catch (LogException failure) {
            throw usability.fail("A new segment could not be begun", failure);
        }
    }

    /** The segments that compaction may look at, up to the one where they end. */
    NavigableMap<Long, Segment> settled() {
        return recoveryPoint.settledBelow(ends.highWatermark());
    }

    /**
     * Has one segment take the place of several, which are settled; returns its size.
     *
     * @param endOffset where the segment behind those begins
     * @throws LogException.Unavailable if some of those are not there any more; nothing was changed then
     */
    int replace(List<Segment> old, SegmentRewrite rewrite, long endOffset) {
        appendLock.lock();
        try {
            usability.check();
            segments.checkThere(old);
            try {
                return segments.replace(old, rewrite, endOffset);
            } catch (LogException failure) {
                throw usability.fail("Compacted segments could not be put in place", failure);
            }
        } finally {
            appendLock.unlock();
        }
    }
}
