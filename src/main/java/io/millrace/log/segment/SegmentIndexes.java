package io.millrace.log.segment;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The two sparse indexes of one segment and the latest timestamp in it. They are loaded when they are first needed. One
 * thread at a time may change them; any may look things up meanwhile.
 */
final class SegmentIndexes {

    private final Disk disk;
    private final Path directory;
    private final long baseOffset;

    private volatile @Nullable SparseIndex offsetIndex;
    private volatile @Nullable SparseIndex timeIndex;
    private int bytesSinceEntry;
    /** The latest timestamp, and the relative last offset of the batch that has it; what the next time entry will say. */
    private volatile long maxTimestamp = -1;

    private int maxTimestampOffset;

    SegmentIndexes(Disk disk, Path directory, long baseOffset) {
        this.disk = disk;
        this.directory = directory;
        this.baseOffset = baseOffset;
    }

    /** Indexes of a segment that is made now, whatever is left of another one of that name. */
    static SegmentIndexes empty(Disk disk, Path directory, long baseOffset) {
        SegmentIndexes indexes = new SegmentIndexes(disk, directory, baseOffset);
        indexes.offsetIndex = new SparseIndex(SparseIndex.Kind.OFFSET);
        indexes.timeIndex = new SparseIndex(SparseIndex.Kind.TIME);
        return indexes;
    }

    /** Notes a batch that stands behind those before. */
    void note(int position, int bytes, long lastOffset, long batchMaxTimestamp) {
        int relative = (int) (lastOffset - baseOffset);
        if (batchMaxTimestamp > maxTimestamp) {
            maxTimestamp = batchMaxTimestamp;
            maxTimestampOffset = relative;
        }
        if (bytesSinceEntry > Segment.INDEX_INTERVAL_BYTES) {
            offsetIndex().append(relative, position);
            timeIndex().append(maxTimestamp, maxTimestampOffset);
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += bytes;
    }

    /** The latest timestamp in the segment, in milliseconds since the epoch; -1 where there is none. */
    long maxTimestamp() {
        SparseIndex times = timeIndex();
        int last = times.count() - 1;
        return Math.max(maxTimestamp, last < 0 ? -1 : times.key(last));
    }

    /** The position of the batch that holds {@code offset}, or of one before it. */
    int positionOf(long offset) {
        SparseIndex index = offsetIndex();
        int entry = index.floor(offset - baseOffset);
        return entry < 0 ? 0 : index.value(entry);
    }

    /** An offset from which a walk on meets the first record of {@code timestamp} or later, if the segment has one. */
    long offsetBefore(long timestamp) {
        SparseIndex index = timeIndex();
        int entry = index.floor(timestamp - 1);
        return entry < 0 ? baseOffset : baseOffset + index.value(entry);
    }

    /** The last batch that the offset index knows. */
    record LastEntry(int position, long lastOffset) {}

    /** The last batch that the offset index knows; null where it knows none. */
    @Nullable
    LastEntry lastEntry() {
        SparseIndex offsets = offsetIndex();
        int last = offsets.count() - 1;
        return last < 0 ? null : new LastEntry(offsets.value(last), baseOffset + offsets.key(last));
    }

    /** Forgets what was noted of batches from an offset on. */
    void keepBelow(long endOffset) {
        SparseIndex offsets = offsetIndex();
        offsets.truncate(offsets.floor(endOffset - 1 - baseOffset) + 1);
        SparseIndex times = timeIndex();
        int kept = times.count();
        while (kept > 0 && times.value(kept - 1) >= endOffset - baseOffset) {
            kept--;
        }
        times.truncate(kept);
        maxTimestamp = kept == 0 ? -1 : times.key(kept - 1);
        maxTimestampOffset = kept == 0 ? 0 : times.value(kept - 1);
        bytesSinceEntry = 0;
    }

    /** Goes on from what the files tell. */
    void resume() {
        SparseIndex times = timeIndex();
        if (times.count() > 0) {
            maxTimestamp = times.key(times.count() - 1);
            maxTimestampOffset = times.value(times.count() - 1);
        }
    }

    /** Saves them, the latest timestamp included: nothing comes behind. */
    void seal() {
        seal("");
    }

    /** Saves them, the latest timestamp included, in files whose names end so. */
    void seal(String ending) {
        if (maxTimestamp >= 0) {
            timeIndex().append(maxTimestamp, maxTimestampOffset);
        }
        save(ending);
    }

    /** Saves them as far as they go. */
    void save() {
        save("");
    }

    private void save(String ending) {
        offsetIndex().save(disk, path(SparseIndex.Kind.OFFSET, ending));
        timeIndex().save(disk, path(SparseIndex.Kind.TIME, ending));
    }

    /** Gives files whose names end so their proper names. */
    void rename(String ending) {
        for (SparseIndex.Kind kind : SparseIndex.Kind.values()) {
            disk.rename(path(kind, ending), path(kind, ""));
        }
    }

    /** Loads both from their files, unless they are there. */
    void load() {
        offsetIndex();
        timeIndex();
    }

    /** Lets go of them until they are needed again. */
    void release() {
        offsetIndex = null;
        timeIndex = null;
    }

    /** Removes their files. */
    void delete() {
        for (SparseIndex.Kind kind : SparseIndex.Kind.values()) {
            disk.delete(path(kind, ""));
        }
    }

    private Path path(SparseIndex.Kind kind, String ending) {
        return directory.resolve("%020d%s%s".formatted(baseOffset, kind.suffix, ending));
    }

    private SparseIndex offsetIndex() {
        SparseIndex index = offsetIndex;
        return index != null ? index : load(SparseIndex.Kind.OFFSET);
    }

    private SparseIndex timeIndex() {
        SparseIndex index = timeIndex;
        return index != null ? index : load(SparseIndex.Kind.TIME);
    }

    private synchronized SparseIndex load(SparseIndex.Kind kind) {
        SparseIndex index = kind == SparseIndex.Kind.OFFSET ? offsetIndex : timeIndex;
        if (index == null) {
            index = SparseIndex.load(kind, disk, path(kind, ""));
            if (kind == SparseIndex.Kind.OFFSET) {
                offsetIndex = index;
            } else {
                timeIndex = index;
            }
        }
        return index;
    }
}
