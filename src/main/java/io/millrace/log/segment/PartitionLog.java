package io.millrace.log.segment;

import io.millrace.log.AppendWaiters;
import io.millrace.log.Appended;
import io.millrace.log.Durability;
import io.millrace.log.FetchCollector;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.Interest;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.TopicSettings;
import io.millrace.log.batch.BatchWriter;
import io.millrace.log.batch.EncodedBatch;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicPartition;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One partition: its segments, the offset that the next record gets, and the high watermark up to which records may be
 * read. Appends take one lock; reads take none.
 */
final class PartitionLog implements Interest.Place {

    /*
     * Offsets. nextOffset is where the next append goes. highWatermark follows it at once where the topic promises no
     * more than "written"; with "fsync" it follows after the force, so that nobody reads (and commits beyond) a record
     * that a power loss could take back and whose offset another record would then get. The recovery point trails both:
     * below it segments and indexes are forced, and a start after a crash reads only what lies beyond it.
     *
     * Failure. A write that fails is undone by cutting the segment. If that fails too, or a force fails, nothing is known
     * about the bytes, so the partition refuses appends until a restart has read them back.
     */

    private final TopicPartition id;
    private final TopicSettings settings;
    private final BatchWriter writer;
    private final Segments segments;
    private final ReentrantLock appendLock = new ReentrantLock();
    private final GroupCommit commit = new GroupCommit(this::force);
    private final AppendWaiters waiters = new AppendWaiters();
    private final PartitionReader reader;

    private volatile long nextOffset;
    private volatile long highWatermark;
    private volatile long recoveryPoint;
    private volatile CompressionTally compression = CompressionTally.NONE;
    private volatile @Nullable LogException unusable;

    /** A partition whose segments {@link Recovery} found to be good, forced and indexed up to {@code endOffset}. */
    PartitionLog(TopicPartition id, TopicSettings settings, Segments segments, long endOffset) {
        this.id = id;
        this.settings = settings;
        this.writer = new BatchWriter(settings.compressionType());
        this.segments = segments;
        this.reader = new PartitionReader(id, segments.byBaseOffset());
        this.nextOffset = endOffset;
        this.highWatermark = endOffset;
        this.recoveryPoint = endOffset;
    }

    TopicPartition id() {
        return id;
    }

    /** Appends the records, in order; see {@link LogEngine#append}. */
    LogEngine.Append append(List<DraftRecord> records) {
        settings.checkSizes(records);
        List<EncodedBatch> batches = writer.write(records);
        boolean written = settings.durability() == Durability.WRITTEN;
        long base;
        long end;
        appendLock.lock();
        try {
            checkUsable();
            base = nextOffset;
            end = write(batches, base);
            nextOffset = end;
            compression = compression.plus(settings.compressionType(), batches);
            if (written) {
                highWatermark = end;
            }
        } finally {
            appendLock.unlock();
        }
        if (written) {
            waiters.wakeBelow(end);
        }
        return new Pending(base, end);
    }

    private final class Pending implements LogEngine.Append {
        private final long base;
        private final long end;

        private Pending(long base, long end) {
            this.base = base;
            this.end = end;
        }

        @Override
        public Appended await() {
            if (highWatermark < end) {
                commit.await();
            }
            return new Appended.Consecutive(base);
        }
    }

    /** Writes the batches from {@code base} on, or none of them; returns the offset after them. */
    private long write(List<EncodedBatch> batches, long base) {
        Segment lastSegment = segments.active();
        int size = lastSegment.size();
        try {
            // A force is for the active segment, so a sealed one has to be forced before where that is promised.
            return segments.append(batches, base, settings.segmentBytes(), settings.durability() == Durability.FSYNC);
        } catch (LogException failure) {
            try {
                segments.cutBack(lastSegment, size, base);
            } catch (LogException cannotUndo) {
                throw fail("A failed write could not be undone", cannotUndo);
            }
            if (failure instanceof LogException.StorageFull) {
                throw failure;
            }
            throw fail("A write failed", failure);
        }
    }

    /** What {@link GroupCommit} runs, one at a time. */
    private void force() {
        checkUsable();
        // In this order: if a roll comes between, it forces the segment that these offsets are in.
        long target = nextOffset;
        Segment segment = segments.active();
        try {
            segment.force();
        } catch (LogException failure) {
            throw fail("A force failed", failure);
        }
        highWatermark = target;
        waiters.wakeBelow(target);
    }

    private LogException fail(String what, LogException cause) {
        LogException failure = new LogException.StorageFailed(
                "%s; partition %d of topic '%s' takes no more messages until the server is restarted and has read it back: %s"
                        .formatted(what, id.partition(), id.topic(), cause.getMessage()),
                cause);
        unusable = failure;
        return failure;
    }

    private void checkUsable() {
        LogException failure = unusable;
        if (failure != null) {
            throw failure;
        }
    }

    /** Reads from {@code offset} on until the collector is full or the high watermark is reached. */
    FetchedPartition read(long offset, FetchCollector collector) {
        return reader.read(offset, offsets(), collector);
    }

    /** The first readable offset of {@code timestamp} or later; the high watermark where there is none. */
    long offsetForTimestamp(long timestamp) {
        return reader.offsetForTimestamp(timestamp, highWatermark);
    }

    PartitionOffsets offsets() {
        return new PartitionOffsets(segments.startOffset(), highWatermark, segments.sizeInBytes());
    }

    /** What compression has made of what was appended. */
    CompressionTally compression() {
        return compression;
    }

    /** Goes on counting from there; before the first append. */
    void countCompressionFrom(CompressionTally before) {
        compression = before;
    }

    /** Adds a waiter; one whose record is readable already is woken at once. */
    @Override
    public void await(AppendWaiters.Waiter waiter) {
        waiters.add(waiter);
        waiters.wakeBelow(highWatermark);
    }

    @Override
    public void forget(AppendWaiters.Waiter waiter) {
        waiters.remove(waiter);
    }

    void wakeAll() {
        waiters.wakeAll();
    }

    /** The offset up to which segments and indexes are forced. */
    long recoveryPoint() {
        return recoveryPoint;
    }

    /** Forces what was appended, indexes too, if that is worth it; a start after a crash will begin to read there. */
    void checkpoint(int worthBytes) {
        long target = nextOffset;
        Collection<Segment> behind = segments.from(recoveryPoint);
        if (target == recoveryPoint || unusable != null || bytesBeyond(behind) < worthBytes) {
            return;
        }
        try {
            behind.forEach(Segment::force);
            appendLock.lock();
            try {
                segments.active().saveIndexes();
            } finally {
                appendLock.unlock();
            }
            recoveryPoint = target;
        } catch (LogException failure) {
            throw fail("A force failed", failure);
        }
    }

    private long bytesBeyond(Collection<Segment> behind) {
        long bytes = 0;
        for (Segment segment : behind) {
            bytes += segment.size();
        }
        return bytes - behind.iterator().next().bytesUpTo(recoveryPoint);
    }

    /** Lets the oldest records go as far as the topic's retention tells. */
    void retain(long nowMillis) {
        appendLock.lock();
        try {
            if (unusable == null) {
                segments.retain(settings, nowMillis);
            }
        } finally {
            appendLock.unlock();
        }
    }

    /** Makes all durable and lets go of the files. What fails here is left to recovery: answers whether nothing did. */
    boolean close() {
        appendLock.lock();
        try {
            boolean usable = unusable == null;
            unusable = new LogException.Unavailable("The server is shutting down", null);
            if (usable) {
                segments.from(recoveryPoint).forEach(Segment::force);
                segments.active().seal();
                highWatermark = nextOffset;
                recoveryPoint = nextOffset;
            }
            segments.byBaseOffset().values().forEach(Segment::release);
            return usable;
        } catch (LogException failure) {
            return false;
        } finally {
            appendLock.unlock();
            waiters.wakeAll();
        }
    }

    /** Lets go of the files because the topic goes away. */
    void abandon() {
        appendLock.lock();
        try {
            unusable = new LogException.TopicNotFound(id.topic());
            segments.byBaseOffset().values().forEach(Segment::abandon);
        } finally {
            appendLock.unlock();
            waiters.wakeAll();
        }
    }
}
