package io.millrace.log.segment;

import io.millrace.log.TopicSettings;
import io.millrace.log.batch.EncodedBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The segments of one partition, the last of which takes the appends. One thread at a time may change them; any may look
 * at them meanwhile.
 */
final class Segments {

    private final Disk disk;
    private final Path directory;
    private final ConcurrentSkipListMap<Long, Segment> byBaseOffset = new ConcurrentSkipListMap<>();
    /** Taken out of the list, but perhaps still read by somebody who found them there. */
    private final List<Segment> retired = new ArrayList<>();

    private volatile Segment active;

    /** @param found at least one, in order */
    Segments(Disk disk, Path directory, List<Segment> found) {
        this.disk = disk;
        this.directory = directory;
        found.forEach(segment -> byBaseOffset.put(segment.baseOffset(), segment));
        this.active = found.getLast();
    }

    Segment active() {
        return active;
    }

    /** The segments by base offset, as they are at any time. */
    NavigableMap<Long, Segment> byBaseOffset() {
        return Collections.unmodifiableNavigableMap(byBaseOffset);
    }

    long startOffset() {
        return byBaseOffset.firstKey();
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
        Long first = byBaseOffset.floorKey(offset);
        return List.copyOf(
                first == null
                        ? byBaseOffset.values()
                        : byBaseOffset.tailMap(first).values());
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
        active.seal();
        if (forceSealed) {
            active.force();
        }
        Segment next = new Segment(disk, directory, baseOffset);
        next.create();
        disk.forceDirectory(directory);
        byBaseOffset.put(baseOffset, next);
        active = next;
    }

    /** Goes back to how it was when {@code lastSegment} was the active one, of that size, and ended before {@code endOffset}. */
    void cutBack(Segment lastSegment, int size, long endOffset) {
        for (Segment segment : List.copyOf(
                byBaseOffset.tailMap(lastSegment.baseOffset(), false).values())) {
            byBaseOffset.remove(segment.baseOffset());
            segment.delete();
        }
        active = lastSegment;
        lastSegment.truncate(size, endOffset);
    }

    /** Lets the oldest segments go as far as the topic's retention tells; their files are removed by the call after this. */
    void retain(TopicSettings settings, long nowMillis) {
        retired.forEach(Segment::delete);
        retired.clear();
        if (!settings.cleanupPolicy().contains("delete")) {
            return;
        }
        long bytes = sizeInBytes();
        while (byBaseOffset.size() > 1) {
            Segment oldest = byBaseOffset.firstEntry().getValue();
            boolean tooOld = settings.retentionMs() >= 0 && oldest.maxTimestamp() < nowMillis - settings.retentionMs();
            boolean tooMuch = settings.retentionBytes() >= 0 && bytes - oldest.size() >= settings.retentionBytes();
            if (!tooOld && !tooMuch) {
                return;
            }
            byBaseOffset.remove(oldest.baseOffset());
            bytes -= oldest.size();
            retired.add(oldest);
        }
    }
}
