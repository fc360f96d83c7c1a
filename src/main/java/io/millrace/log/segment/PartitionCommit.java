package io.millrace.log.segment;

import io.millrace.log.AppendWaiters;
import io.millrace.log.LogException;
import io.millrace.record.TopicPartition;

/**
 * Makes durable what is appended to a partition, for all who wait for that together: in the journal if it is little, else in the
 * segment. The high watermark follows.
 */
final class PartitionCommit implements SharedJournal.Partition {

    /**
     * Up to where a partition goes.
     *
     * @param offset the one after the last record
     * @param segment what is below it ends there, and all segments before that one are forced
     * @param size what the segment holds then, in bytes
     */
    private record End(long offset, Segment segment, int size) {}

    private final TopicPartition id;
    private final SharedJournal journal;
    private final Segments segments;
    private final LogEnds ends;
    private final Usability usability;
    private final AppendWaiters waiters;
    private final GroupCommit commit = new GroupCommit(this::run);

    private volatile End appended;
    /** Changed only by who leads a commit. */
    private End durable;

    /** Of a partition all of which is forced. */
    PartitionCommit(
            TopicPartition id,
            SharedJournal journal,
            Segments segments,
            LogEnds ends,
            Usability usability,
            AppendWaiters waiters) {
        this.id = id;
        this.journal = journal;
        this.segments = segments;
        this.ends = ends;
        this.usability = usability;
        this.waiters = waiters;
        this.appended = end();
        this.durable = appended;
    }

    private End end() {
        Segment active = segments.active();
        return new End(ends.next(), active, active.size());
    }

    /** Something was appended, and will not be undone. By who holds the lock for appends. */
    void appended() {
        appended = end();
    }

    /** Returns when what lies below {@code end} is as durable as the topic promises. */
    void await(long end) {
        if (ends.highWatermark() < end) {
            commit.await();
        }
    }

    /** What {@link GroupCommit} runs, one at a time. */
    private void run() {
        usability.check();
        End target = appended;
        try {
            if (!isJournaled(target)) {
                target.segment.force();
            }
        } catch (LogException failure) {
            throw usability.fail("A force failed", failure);
        }
        durable = target;
        ends.raiseHighWatermark(target.offset);
        waiters.wakeBelow(target.offset);
    }

    /** Whether the journal has taken it, or it was all there before. */
    private boolean isJournaled(End target) {
        // A segment that came after the one before was forced, so all of it may be new.
        int from = durable.segment == target.segment ? durable.size : 0;
        int bytes = target.size - from;
        if (bytes == 0) {
            return true;
        }
        return bytes <= SharedJournal.MAX_BATCHES_BYTES && journal.commit(this, target.segment.read(from, bytes));
    }

    @Override
    public TopicPartition id() {
        return id;
    }

    @Override
    public boolean isThere() {
        return !usability.isTopicGone();
    }

    @Override
    public boolean settle() {
        if (usability.isUsable()) {
            // All segments before the active one were forced when that was begun.
            Segment active = segments.active();
            try {
                active.force();
                return true;
            } catch (LogException.StorageFull | LogException.Unavailable notNow) {
                // The journal keeps it.
            } catch (LogException failure) {
                LogException _ = usability.fail("A force failed", failure);
            }
        }
        return usability.isTopicGone();
    }
}
