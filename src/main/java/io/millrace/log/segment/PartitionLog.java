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
import io.millrace.record.RequestId;
import io.millrace.record.TopicPartition;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One partition: its segments, the offset that the next record gets, and the high watermark up to which records may be
 * read. Appends take one lock; reads take none.
 */
final class PartitionLog implements Interest.Place {

    /*
     * Offsets. The high watermark trails the end, and the recovery point trails both: below it segments and indexes are
     * forced, and a start after a crash reads only what lies beyond it.
     *
     * Failure. A write that fails is undone by cutting the segment. If that fails too, or a force fails, nothing is known
     * about the bytes, so the partition refuses appends until a restart has read them back.
     */

    private final TopicPartition id;
    private final Segments segments;
    private final ReentrantLock appendLock = new ReentrantLock();
    private final PartitionCommit commit;
    private final AppendWaiters waiters = new AppendWaiters();
    private final PartitionReader reader;
    private final PartitionRequests requests;
    private final Usability usability;
    private final RecoveryPoint recoveryPoint;
    private final FreeSpace space;

    private final LogEnds ends;
    private final Upkeep upkeep;
    private volatile CompressionTally compression = CompressionTally.NONE;
    private volatile AppendRules rules;

    /**
     * A partition whose segments {@link Recovery} found to be good, forced and indexed up to {@code endOffset}.
     *
     * @param requests what stands in them of requests and producers
     * @param space what appends take from
     * @param journal where they become durable together with those of other partitions
     */
    PartitionLog(
            TopicPartition id,
            TopicSettings settings,
            Segments segments,
            long endOffset,
            PartitionRequests requests,
            FreeSpace space,
            SharedJournal journal) {
        this.id = id;
        this.space = space;
        this.requests = requests;
        this.usability = new Usability(id);
        this.rules = new AppendRules(settings);
        this.segments = segments;
        this.reader = new PartitionReader(id, segments);
        this.ends = new LogEnds(endOffset);
        this.commit = new PartitionCommit(id, journal, segments, ends, usability, waiters);
        this.recoveryPoint = new RecoveryPoint(segments, requests, usability, appendLock, ends, endOffset);
        this.upkeep = new Upkeep(id, segments, ends, recoveryPoint, usability, appendLock, () -> rules);
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
            usability.check();
            if (!terms.equals(AppendTerms.NONE)) {
                List<Long> before = requests.stored(terms.producer(), records.size());
                if (!before.isEmpty()) {
                    return repeat(before, records, terms);
                }
                checkExpected(terms.expectedOffset());
            }
            space.take(sizeOf(batches));
            // As it is now: the force that comes with a change covers only what was written before.
            written = !rules.fsync();
            base = ends.next();
            end = write(batches, base);
            requests.note(batches, base);
            ends.setNext(end);
            commit.appended();
            compression = compression.plus(rules.settings().compressionType(), batches);
            if (written) {
                ends.raiseHighWatermark(end);
            }
        } finally {
            appendLock.unlock();
        }
        if (written) {
            waiters.wakeBelow(end);
        }
        return new Pending(base, end);
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
        if (expected != AppendTerms.ANY_OFFSET && expected != ends.next()) {
            throw new LogException.UnexpectedOffset(id, expected, ends.next());
        }
    }

    /** What is known of a request here. */
    @Nullable
    Remembered request(RequestId request, long nowMillis) {
        appendLock.lock();
        try {
            return requests.find(request, nowMillis);
        } finally {
            appendLock.unlock();
        }
    }

    /** Returns when what lies below {@code end} is as durable as the topic promises. */
    void awaitReadable(long end) {
        commit.await(end);
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

    /** Writes the batches from {@code base} on, or none of them; returns the offset after them. */
    private long write(List<EncodedBatch> batches, long base) {
        Segment lastSegment = segments.active();
        int size = lastSegment.size();
        lastSegment.open();
        try {
            // A commit is for the active segment, so a sealed one has to be forced before where that is promised.
            return segments.append(batches, base, rules.settings().segmentBytes(), rules.fsync());
        } catch (LogException failure) {
            try {
                segments.cutBack(lastSegment, size, base);
            } catch (LogException cannotUndo) {
                throw usability.fail("A failed write could not be undone", cannotUndo);
            }
            if (failure instanceof LogException.StorageFull || failure instanceof LogException.Unavailable) {
                throw failure;
            }
            throw usability.fail("A write failed", failure);
        }
    }

    /** Reads from {@code offset} on until the collector is full or the high watermark is reached. */
    FetchedPartition read(long offset, FetchCollector collector) {
        return reader.read(offset, offsets(), collector);
    }

    /** The first readable offset of {@code timestamp} or later; the high watermark where there is none. */
    long offsetForTimestamp(long timestamp) {
        return reader.offsetForTimestamp(timestamp, segments.startOffset(), ends.highWatermark());
    }

    PartitionOffsets offsets() {
        return new PartitionOffsets(segments.startOffset(), ends.highWatermark(), segments.sizeInBytes());
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
        waiters.wakeBelow(ends.highWatermark());
    }

    @Override
    public void forget(AppendWaiters.Waiter waiter) {
        waiters.remove(waiter);
    }

    void wakeAll() {
        waiters.wakeAll();
    }

    Upkeep upkeep() {
        return upkeep;
    }

    RecoveryPoint recoveryPoint() {
        return recoveryPoint;
    }

    TopicSettings settings() {
        return rules.settings();
    }

    /**
     * Has other settings count from now on. Before durability changes, all is forced: a lower promise must not be kept to
     * those who were given a higher one, and a higher one is broken where a start after a crash stops at an older record.
     * Where that fails the partition takes no more messages, as ever.
     */
    void alter(TopicSettings settings) {
        appendLock.lock();
        try {
            if (usability.isUsable()
                    && settings.durability() != rules.settings().durability()) {
                recoveryPoint.forceBeyond();
                ends.raiseHighWatermark(ends.next());
            }
        } catch (LogException failure) {
            LogException _ = usability.fail("A force failed", failure);
        } finally {
            rules = new AppendRules(settings);
            appendLock.unlock();
        }
        waiters.wakeBelow(ends.highWatermark());
    }

    /** Makes all durable and lets go of the files. What fails here is left to recovery: answers whether nothing did. */
    boolean close() {
        appendLock.lock();
        try {
            boolean usable = usability.isUsable();
            usability.end(new LogException.Unavailable("The server is shutting down", null));
            if (usable) {
                recoveryPoint.close();
                ends.raiseHighWatermark(ends.next());
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
            usability.end(new LogException.TopicNotFound(id.topic()));
            segments.abandon();
        } finally {
            appendLock.unlock();
            waiters.wakeAll();
        }
    }
}
