package io.millrace.log.segment;

import io.millrace.log.AppendTerms;
import io.millrace.log.AppendWaiters;
import io.millrace.log.Appended;
import io.millrace.log.FetchCollector;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.Interest;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Remembered;
import io.millrace.log.TopicSettings;
import io.millrace.log.batch.BatchMarks;
import io.millrace.log.batch.EncodedBatch;
import io.millrace.record.DraftRecord;
import io.millrace.record.ProducerStamp;
import io.millrace.record.RequestId;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
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
     * The high watermark never goes back, though a force that ends late would have it do so.
     *
     * Failure. A write that fails is undone by cutting the segment. If that fails too, or a force fails, nothing is known
     * about the bytes, so the partition refuses appends until a restart has read them back.
     */

    private final TopicPartition id;
    private final Segments segments;
    private final ReentrantLock appendLock = new ReentrantLock();
    private final GroupCommit commit = new GroupCommit(this::force);
    private final AppendWaiters waiters = new AppendWaiters();
    private final PartitionReader reader;
    private final PartitionMemory memory;
    private final MemoryFile memoryFile;
    private final FreeSpace space;
    /** What was recovered from records below the recovery point has to be written down before that is. */
    private boolean memoryIsBehind;

    private volatile long nextOffset;
    private final AtomicLong highWatermark;
    private volatile long recoveryPoint;
    private volatile CompressionTally compression = CompressionTally.NONE;
    private volatile @Nullable LogException unusable;
    private volatile AppendRules rules;

    /**
     * A partition whose segments {@link Recovery} found to be good, forced and indexed up to {@code endOffset}.
     *
     * @param memory what stands in them of requests and producers
     * @param space what appends take from
     */
    PartitionLog(
            TopicPartition id,
            TopicSettings settings,
            Segments segments,
            long endOffset,
            PartitionMemory memory,
            MemoryFile memoryFile,
            FreeSpace space) {
        this.id = id;
        this.space = space;
        this.memory = memory;
        this.memoryFile = memoryFile;
        this.memoryIsBehind = memory.isChanged();
        this.rules = new AppendRules(settings);
        this.segments = segments;
        this.reader = new PartitionReader(id, segments.byBaseOffset());
        this.nextOffset = endOffset;
        this.highWatermark = new AtomicLong(endOffset);
        this.recoveryPoint = endOffset;
    }

    TopicPartition id() {
        return id;
    }

    /** Appends the records, in order; see {@link LogEngine#append(TopicPartition, List, AppendTerms)}. */
    LogEngine.Append append(List<DraftRecord> records, AppendTerms terms) {
        return append(records, terms, new BatchMarks(terms.producer(), null));
    }

    /** Appends records with what stands with them. */
    LogEngine.Append append(List<DraftRecord> records, AppendTerms terms, BatchMarks marks) {
        List<EncodedBatch> batches = rules.encode(records, marks);
        boolean written;
        long base;
        long end;
        appendLock.lock();
        try {
            checkUsable();
            if (!terms.equals(AppendTerms.NONE)) {
                List<Long> before = stored(terms.producer(), records.size());
                if (!before.isEmpty()) {
                    return repeat(before, records, terms);
                }
                checkExpected(terms.expectedOffset());
            }
            space.take(sizeOf(batches));
            // As it is now: the force that comes with a change covers only what was written before.
            written = !rules.fsync();
            base = nextOffset;
            end = write(batches, base);
            note(batches, base);
            nextOffset = end;
            compression = compression.plus(rules.settings().compressionType(), batches);
            if (written) {
                raiseHighWatermark(end);
            }
        } finally {
            appendLock.unlock();
        }
        if (written) {
            waiters.wakeBelow(end);
        }
        return new Pending(base, end);
    }

    /** The offsets of those of a producer's records, the first ones, that are stored already. */
    private List<Long> stored(@Nullable ProducerStamp stamp, int count) {
        ProducerState state = stamp == null ? null : memory.producer(stamp.producerId());
        return state == null || stamp == null ? List.of() : state.offsets(stamp.sequence(), state.stored(stamp, count));
    }

    /** What was stored before is told again; where a crash has left a part only, the others follow now. */
    private LogEngine.Append repeat(List<Long> before, List<DraftRecord> records, AppendTerms terms) {
        if (before.size() == records.size()) {
            long end = before.getLast() + 1;
            return () -> {
                awaitReadable(end);
                return new Appended.Before(before);
            };
        }
        List<DraftRecord> others = records.subList(before.size(), records.size());
        LogEngine.Append rest = append(others, terms.after(before.size()));
        return () -> Appended.behind(before, rest.await(), others.size());
    }

    private static long sizeOf(List<EncodedBatch> batches) {
        long bytes = 0;
        for (EncodedBatch batch : batches) {
            bytes += batch.size();
        }
        return bytes;
    }

    private void checkExpected(long expected) {
        if (expected != AppendTerms.ANY_OFFSET && expected != nextOffset) {
            throw new LogException.UnexpectedOffset(id, expected, nextOffset);
        }
    }

    private void note(List<EncodedBatch> batches, long base) {
        long offset = base;
        for (EncodedBatch batch : batches) {
            memory.note(batch.producer(), batch.mark(), offset, batch.recordCount(), batch.maxTimestamp());
            offset += batch.recordCount();
        }
    }

    /** What is known of a request here. */
    @Nullable
    Remembered request(RequestId request, long nowMillis) {
        appendLock.lock();
        try {
            return memory.request(request, nowMillis);
        } finally {
            appendLock.unlock();
        }
    }

    /** Returns when what lies below {@code end} is as durable as the topic promises. */
    void awaitReadable(long end) {
        if (highWatermark.get() < end) {
            commit.await();
        }
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
            awaitReadable(end);
            return new Appended.Consecutive(base);
        }
    }

    private void raiseHighWatermark(long to) {
        highWatermark.accumulateAndGet(to, Math::max);
    }

    /** Writes the batches from {@code base} on, or none of them; returns the offset after them. */
    private long write(List<EncodedBatch> batches, long base) {
        Segment lastSegment = segments.active();
        int size = lastSegment.size();
        try {
            // A force is for the active segment, so a sealed one has to be forced before where that is promised.
            return segments.append(batches, base, rules.settings().segmentBytes(), rules.fsync());
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
        raiseHighWatermark(target);
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
        return reader.offsetForTimestamp(timestamp, segments.startOffset(), highWatermark.get());
    }

    PartitionOffsets offsets() {
        return new PartitionOffsets(segments.startOffset(), highWatermark.get(), segments.sizeInBytes());
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
        waiters.wakeBelow(highWatermark.get());
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
        boolean worth = memoryIsBehind
                || (nextOffset != recoveryPoint && bytesBeyond(segments.from(recoveryPoint)) >= worthBytes);
        if (unusable != null || !worth) {
            return;
        }
        try {
            long target;
            Optional<ByteBuffer> remembered;
            appendLock.lock();
            try {
                target = nextOffset;
                remembered = takeMemory();
            } finally {
                appendLock.unlock();
            }
            segments.from(recoveryPoint).forEach(Segment::force);
            appendLock.lock();
            try {
                segments.active().saveIndexes();
            } finally {
                appendLock.unlock();
            }
            remembered.ifPresent(memoryFile::write);
            memoryIsBehind = false;
            recoveryPoint = target;
        } catch (LogException.StorageFull noRoom) {
            // Nothing is lost by that but the next start's time: the recovery point stays, and all is tried again.
            memoryIsBehind = true;
        } catch (LogException failure) {
            throw fail("A force failed", failure);
        }
    }

    private Optional<ByteBuffer> takeMemory() {
        return memory.takeChanged() ? Optional.of(MemoryFile.encode(memory, nextOffset)) : Optional.empty();
    }

    private long bytesBeyond(Collection<Segment> behind) {
        long bytes = 0;
        for (Segment segment : behind) {
            bytes += segment.size();
        }
        return bytes - behind.iterator().next().bytesUpTo(recoveryPoint);
    }

    /**
     * Has other settings count from now on. Before durability changes, all is forced: a lower promise must not be kept to
     * those who were given a higher one, and a higher one is broken where a start after a crash stops at an older record.
     * Where that fails the partition takes no more messages, as ever.
     */
    void alter(TopicSettings settings) {
        appendLock.lock();
        try {
            if (unusable == null && settings.durability() != rules.settings().durability()) {
                segments.from(recoveryPoint).forEach(Segment::force);
                raiseHighWatermark(nextOffset);
            }
        } catch (LogException failure) {
            LogException _ = fail("A force failed", failure);
        } finally {
            rules = new AppendRules(settings);
            appendLock.unlock();
        }
        waiters.wakeBelow(highWatermark.get());
    }

    /**
     * Has the partition begin at an offset; see {@link LogEngine#trim}.
     *
     * @param note makes where it begins durable; called before anything is let go
     */
    long trim(long beforeOffset, LongConsumer note) {
        appendLock.lock();
        try {
            checkUsable();
            PartitionOffsets ends = offsets();
            long start = beforeOffset == LogEngine.HIGH_WATERMARK ? ends.highWatermark() : beforeOffset;
            if (start < 0 || start > ends.highWatermark()) {
                throw new LogException.OffsetOutOfRange(id, beforeOffset, ends);
            }
            if (start > ends.logStartOffset()) {
                note.accept(start);
                segments.trim(start);
                rollIf(segments.isSpent(nextOffset), false);
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
            if (unusable == null) {
                segments.deleteRetired();
                TopicSettings settings = rules.settings();
                rollIf(segments.isSpent(nextOffset) || segments.isOld(settings, nowMillis), rules.fsync());
                segments.retain(settings, nowMillis, highWatermark.get());
            }
        } finally {
            appendLock.unlock();
        }
    }

    /** Begins a new segment, so that the old one can go, unless the disk is full: then the next retention tries again. */
    private void rollIf(boolean due, boolean forceSealed) {
        if (!due) {
            return;
        }
        try {
            segments.rollOver(nextOffset, forceSealed);
        } catch (LogException.StorageFull noRoom) {
            // The old one goes on.
        } catch (LogException failure) {
            throw fail("A new segment could not be begun", failure);
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
                takeMemory().ifPresent(memoryFile::write);
                raiseHighWatermark(nextOffset);
                recoveryPoint = nextOffset;
            }
            segments.release();
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
            segments.abandon();
        } finally {
            appendLock.unlock();
            waiters.wakeAll();
        }
    }
}
