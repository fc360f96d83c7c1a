package io.millrace.log.segment;

import io.millrace.log.CleanerTally;
import io.millrace.log.LogException;
import io.millrace.log.TopicSettings;
import io.millrace.log.batch.BatchFilter;
import io.millrace.log.batch.BatchView;
import io.millrace.time.Time;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Compacts partitions, as Kafka's log cleaner does: of each key the newest record stays, and a tombstone until all readers
 * have had time to see it. It goes over the part that came since the last time, the dirty one, and remembers the newest offset
 * of each key in it; then it copies all segments up to there without the records that have a newer one. Offsets stay as they
 * are. For one thread.
 *
 * <p>Only what lies below the recovery point is touched: what a start after a crash looks for in batches, the marks of requests
 * and the numbers of producers, it looks for beyond that.
 */
final class Cleaner {

    private final Disk disk;
    private final DataDirectory directory;
    private final OffsetCheckpoint cleaned;
    private final long bufferBytes;
    private final Time time;
    private final BooleanSupplier stop;
    private volatile CleanerTally tally = CleanerTally.NONE;
    /** Partitions that could not be cleaned, and cannot until a restart has looked at what is wrong with them. */
    private final Set<PartitionLog> failed = new HashSet<>();

    /**
     * @param cleaned up to where each partition was cleaned
     * @param bufferBytes how much memory may be taken to remember keys
     * @param stop whether to leave off
     */
    Cleaner(
            Disk disk,
            DataDirectory directory,
            OffsetCheckpoint cleaned,
            long bufferBytes,
            Time time,
            BooleanSupplier stop) {
        this.disk = disk;
        this.directory = directory;
        this.cleaned = cleaned;
        this.bufferBytes = bufferBytes;
        this.time = time;
        this.stop = stop;
    }

    /** What was done since the start. */
    CleanerTally tally() {
        return tally;
    }

    /**
     * Cleans all partitions that are worth it, the dirtiest first.
     *
     * @param nowMillis milliseconds since the epoch
     * @throws LogException the first failure; it has held up no other partition
     */
    void clean(Collection<PartitionLog> logs, long nowMillis) {
        failed.retainAll(logs);
        List<Cleanable> due = new ArrayList<>();
        for (PartitionLog log : logs) {
            if (log.settings().compacts() && !failed.contains(log)) {
                log.recoveryPoint().settle();
                Cleanable cleanable = Cleanable.of(log, cleaned.of(log.id()), nowMillis);
                if (cleanable != null && cleanable.isDue()) {
                    due.add(cleanable);
                }
            }
        }
        due.sort(Comparator.comparingDouble(Cleanable::dirtyRatio).reversed());
        LogException failure = null;
        for (Cleanable cleanable : due) {
            try {
                clean(cleanable, nowMillis);
            } catch (LogException e) {
                boolean passes = e instanceof LogException.StorageFull || e instanceof LogException.Unavailable;
                if (!passes) {
                    failed.add(cleanable.log());
                }
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null && !stop.getAsBoolean()) {
            throw failure;
        }
    }

    /** Cleans a partition, in several goes where its dirty part has more keys than can be remembered at once. */
    private void clean(Cleanable first, long nowMillis) {
        Cleanable cleanable = first;
        while (cleanable != null && cleanable.isDue() && !stop.getAsBoolean()) {
            cleanOnce(cleanable, nowMillis);
            cleanable = Cleanable.of(cleanable.log(), cleaned.of(cleanable.log().id()), nowMillis);
        }
    }

    private void cleanOnce(Cleanable cleanable, long nowMillis) {
        long begunNanos = time.nanos();
        PartitionLog log = cleanable.log();
        KeyOffsets newest = new KeyOffsets(bufferBytes, cleanable.end() - cleanable.firstDirty());
        long end = remember(cleanable, newest);
        TopicSettings settings = log.settings();
        BatchFilter filter = new BatchFilter(nowMillis, settings.compaction().deleteRetentionMs(), newest);
        try (CleanCopy copy = new CleanCopy(disk, directory.directory(log.id()), cleanable, filter, stop)) {
            copy.copyBelow(end);
            cleaned.put(log.id(), end);
            tally = tally.plus(copy.bytesRead(), copy.bytesKept(), time.nanos() - begunNanos);
        }
    }

    /** Notes the keys of the dirty part as far as there is room; returns the offset up to which there was. */
    private long remember(Cleanable cleanable, KeyOffsets newest) {
        for (Segment segment : cleanable.segments().values()) {
            if (cleanable.endOf(segment) > cleanable.firstDirty()) {
                long full = cleanable.walk(segment, cleanable.firstDirty(), stop, batch -> remember(batch, newest));
                if (full >= 0) {
                    checkProgress(cleanable, full);
                    return full;
                }
            }
        }
        return cleanable.end();
    }

    private static boolean remember(BatchView batch, KeyOffsets newest) {
        if (!newest.hasRoomFor(batch.recordCount())) {
            return false;
        }
        batch.forEachRecord(batch.baseOffset(), record -> {
            if (record.key() != null) {
                newest.put(record.key(), record.offset());
            }
            return true;
        });
        return true;
    }

    private static void checkProgress(Cleanable cleanable, long end) {
        if (end <= cleanable.firstDirty()) {
            throw new LogException.Unsupported(
                    "Topic '%s' cannot be compacted: the keys of one batch are more than millrace.log.cleaner-buffer can hold"
                            .formatted(cleanable.log().id().topic()));
        }
    }
}
