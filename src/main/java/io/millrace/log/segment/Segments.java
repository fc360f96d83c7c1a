package io.millrace.log.segment;

import io.millrace.log.LogException;
import io.millrace.log.TopicSettings;
import io.millrace.log.batch.EncodedBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The segments of one partition, the last of which takes the appends. One thread at a time may change them; any may look
 * at them meanwhile.
 */
final class Segments {

    private static final long EMPTY = -1;

    private final Disk disk;
    private final Path directory;
    /** Never changed, only replaced: who reads sees the segments as they were at one moment. */
    private volatile NavigableMap<Long, Segment> byBaseOffset;

    /** Taken out of the list, but perhaps still read by somebody who found them there. */
    private final List<Segment> retired = new ArrayList<>();
    /** Others have taken their place since retention was last looked after, or before. */
    private final List<Segment> replaced = new ArrayList<>();

    private final List<Segment> replacedBefore = new ArrayList<>();
    /** Taken out since retention was last looked after, so perhaps a moment ago. */
    private final List<Segment> trimmed = new ArrayList<>();

    private volatile Segment active;
    /** What was trimmed begins here, within the first segment; beyond that, retention has the start move. */
    private volatile long trimmedTo;
    /** When the active segment held records for certain; how long before that it got the first is not known. */
    private long activeSinceMillis;

    /**
     * The segments of a partition that was closed.
     *
     * @param found at least one, in order
     * @param trimmedTo the offset that it does not begin before
     */
    Segments(Disk disk, Path directory, List<Segment> found, long trimmedTo) {
        this.disk = disk;
        this.directory = directory;
        NavigableMap<Long, Segment> all = new TreeMap<>();
        found.forEach(segment -> all.put(segment.baseOffset(), segment));
        this.byBaseOffset = Collections.unmodifiableNavigableMap(all);
        this.active = found.getLast();
        this.trimmedTo = trimmedTo;
        // Its records may be older than the start of this server, and their timestamps are the only trace of that.
        this.activeSinceMillis =
                active.size() == 0 ? EMPTY : Math.max(EMPTY, active.indexes().maxTimestamp());
    }

    Segment active() {
        return active;
    }

    /** The segments by base offset, as they are now. */
    NavigableMap<Long, Segment> byBaseOffset() {
        return byBaseOffset;
    }

    private void change(Consumer<NavigableMap<Long, Segment>> change) {
        NavigableMap<Long, Segment> changed = new TreeMap<>(byBaseOffset);
        change.accept(changed);
        byBaseOffset = Collections.unmodifiableNavigableMap(changed);
    }

    long startOffset() {
        return Math.max(trimmedTo, byBaseOffset.firstKey());
    }

    long sizeInBytes() {
        long bytes = 0;
        for (Segment segment : byBaseOffset.values()) {
            bytes += segment.size();
        }
        return bytes;
    }

    /** The segment that {@code offset} is in and those after it. */
    Collection<Segment> from(long offset) {
        NavigableMap<Long, Segment> now = byBaseOffset;
        Long first = now.floorKey(offset);
        return first == null ? now.values() : now.tailMap(first).values();
    }

    /** Writes the batches from offset {@code base} on, into new segments where they are full; returns the offset after them. */
    long append(List<EncodedBatch> batches, long base, int segmentBytes, boolean forceSealed) {
        long offset = base;
        long runOffset = base;
        int runBytes = 0;
        int runStart = 0;
        for (int i = 0; i < batches.size(); i++) {
            EncodedBatch batch = batches.get(i);
            batch.place(offset);
            long end = offset + batch.recordCount();
            if (!active.hasRoomFor(runBytes, batch.size(), end - 1, segmentBytes)) {
                appendRun(batches.subList(runStart, i), runOffset);
                roll(offset, forceSealed);
                runStart = i;
                runOffset = offset;
                runBytes = 0;
            }
            runBytes += batch.size();
            offset = end;
        }
        appendRun(batches.subList(runStart, batches.size()), runOffset);
        return offset;
    }

    private void appendRun(List<EncodedBatch> run, long firstOffset) {
        if (!run.isEmpty()) {
            active.append(run, firstOffset);
        }
    }

    private void roll(long baseOffset, boolean forceSealed) {
        active.indexes().seal();
        if (forceSealed) {
            active.force();
        }
        Segment next = new Segment(disk, directory, baseOffset);
        try {
            next.create();
            disk.forceDirectory(directory);
        } catch (LogException failure) {
            // Appends go on in the old segment, and a start must not find an end in the middle of it.
            next.delete();
            throw failure;
        }
        change(segments -> segments.put(baseOffset, next));
        active = next;
        activeSinceMillis = EMPTY;
    }

    /** Goes back to how it was when {@code lastSegment} was the active one, of that size, and ended before {@code endOffset}. */
    void cutBack(Segment lastSegment, int size, long endOffset) {
        Collection<Segment> behind =
                byBaseOffset.tailMap(lastSegment.baseOffset(), false).values();
        change(segments -> segments.tailMap(lastSegment.baseOffset(), false).clear());
        behind.forEach(Segment::delete);
        active = lastSegment;
        activeSinceMillis = EMPTY;
        lastSegment.truncate(size, endOffset);
    }

    /**
     * Whether the active segment has held records for longer than {@code segment.ms}; it is noted when it was first seen to.
     * Were it not rolled then, retention could never let go of the last records of a topic that nobody writes to.
     */
    boolean isOld(TopicSettings settings, long nowMillis) {
        if (active.size() == 0) {
            return false;
        }
        activeSinceMillis = activeSinceMillis == EMPTY ? nowMillis : Math.min(activeSinceMillis, nowMillis);
        long limit = settings.compacts()
                ? Math.min(settings.segmentMs(), settings.compaction().maxCompactionLagMs())
                : settings.segmentMs();
        return nowMillis - activeSinceMillis > limit;
    }

    /**
     * Whether the active segment holds records, and the log begins behind them.
     *
     * @param endOffset the offset that the next record gets
     */
    boolean isSpent(long endOffset) {
        return active.size() > 0 && trimmedTo >= endOffset;
    }

    /** Has the log begin at {@code start}, which must be durable, and lets the segments below it go. */
    void trim(long start) {
        trimmedTo = start;
        letGoOfTrimmed();
    }

    private void letGoOfTrimmed() {
        if (!firstEndsBy(byBaseOffset, trimmedTo)) {
            return;
        }
        change(segments -> {
            while (firstEndsBy(segments, trimmedTo)) {
                trimmed.add(segments.pollFirstEntry().getValue());
            }
        });
    }

    /**
     * Seals the active segment, so that it can go, and begins a new one.
     *
     * @param endOffset the offset that the next record gets
     * @param forceSealed whether the sealed one has to be on disk: a force after this is for the new one
     */
    void rollOver(long endOffset, boolean forceSealed) {
        roll(endOffset, forceSealed);
        letGoOfTrimmed();
    }

    /** Whether the first segment ends there or before, and is not the last. */
    private static boolean firstEndsBy(NavigableMap<Long, Segment> segments, long offset) {
        Long second = segments.higherKey(segments.firstKey());
        return second != null && second <= offset;
    }

    /**
     * Lets the oldest segments go as far as the topic's retention tells.
     *
     * @param highWatermark what lies beyond it stays, however old
     */
    void retain(TopicSettings settings, long nowMillis, long highWatermark) {
        if (!settings.deletes() || !firstEndsBy(byBaseOffset, highWatermark)) {
            return;
        }
        change(segments -> {
            long bytes = sizeInBytes();
            while (firstEndsBy(segments, highWatermark)) {
                Segment oldest = segments.firstEntry().getValue();
                boolean tooOld = settings.retentionMs() >= 0
                        && oldest.indexes().maxTimestamp() < nowMillis - settings.retentionMs();
                boolean tooMuch = settings.retentionBytes() >= 0 && bytes - oldest.size() >= settings.retentionBytes();
                if (!tooOld && !tooMuch) {
                    return;
                }
                segments.pollFirstEntry();
                bytes -= oldest.size();
                retired.add(oldest);
            }
        });
    }

    /** @throws LogException.Unavailable if some of these were let go meanwhile */
    void checkThere(List<Segment> some) {
        if (!byBaseOffset.values().containsAll(some)) {
            throw new LogException.Unavailable("These messages were deleted meanwhile", null);
        }
    }

    /**
     * Has one segment take the place of several that stand one behind the other; returns its size.
     *
     * @param endOffset where the segment behind those begins
     */
    int replace(List<Segment> old, SegmentRewrite rewrite, long endOffset) {
        old.forEach(Segment::pin);
        Segment one = rewrite.replace(old, endOffset);
        change(segments -> {
            old.forEach(segment -> segments.remove(segment.baseOffset()));
            segments.put(one.baseOffset(), one);
        });
        replaced.addAll(old);
        return one.size();
    }

    /** Removes the files of segments that were let go before the last call of this; who read them then is done. */
    void deleteRetired() {
        if (!retired.isEmpty()) {
            retired.forEach(Segment::delete);
            // One that came back torn after a power loss would be taken for the end of the log.
            disk.forceDirectory(directory);
            retired.clear();
        }
        letGoOfTrimmed();
        retired.addAll(trimmed);
        trimmed.clear();
        replacedBefore.forEach(Segment::abandon);
        replacedBefore.clear();
        replacedBefore.addAll(replaced);
        replaced.clear();
    }

    /** Lets go of all files until they are needed again, and removes those that are not. */
    void release() {
        byBaseOffset.values().forEach(Segment::release);
        deleteRetired();
        deleteRetired();
    }

    /** Lets go of all files for good. */
    void abandon() {
        byBaseOffset.values().forEach(Segment::abandon);
        retired.forEach(Segment::abandon);
        trimmed.forEach(Segment::abandon);
        replaced.forEach(Segment::abandon);
        replacedBefore.forEach(Segment::abandon);
    }
}
