package io.millrace.log.segment;

import java.lang.ref.SoftReference;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The two sparse indexes of one segment and the latest timestamp in it. They are loaded when they are first needed, and what
 * stands in their files is kept only as long as nothing else needs the memory: those of a gigabyte take six megabytes. One
 * thread at a time may change them; any may look things up meanwhile.
 */
final class SegmentIndexes {

    private final Disk disk;
    private final Path directory;
    private final long baseOffset;

    private final Held offsets = new Held(SparseIndex.Kind.OFFSET);
    private final Held times = new Held(SparseIndex.Kind.TIME);
    /** The latest timestamp that the file told when it was last loaded. */
    private volatile long loadedMaxTimestamp = -1;

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
        indexes.offsets.pinned = new SparseIndex(SparseIndex.Kind.OFFSET);
        indexes.times.pinned = new SparseIndex(SparseIndex.Kind.TIME);
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
            offsets.pin().append(relative, position);
            times.pin().append(maxTimestamp, maxTimestampOffset);
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += bytes;
    }

    /** The latest timestamp in the segment, in milliseconds since the epoch; -1 where there is none. */
    long maxTimestamp() {
        if (loadedMaxTimestamp < 0) {
            SparseIndex known = times.get();
            loadedMaxTimestamp = known.count() == 0 ? -1 : known.key(known.count() - 1);
        }
        return Math.max(maxTimestamp, loadedMaxTimestamp);
    }

    /** The position of the batch that holds {@code offset}, or of one before it. */
    int positionOf(long offset) {
        SparseIndex index = offsets.get();
        int entry = index.floor(offset - baseOffset);
        return entry < 0 ? 0 : index.value(entry);
    }

    /** An offset from which a walk on meets the first record of {@code timestamp} or later, if the segment has one. */
    long offsetBefore(long timestamp) {
        SparseIndex index = times.get();
        int entry = index.floor(timestamp - 1);
        return entry < 0 ? baseOffset : baseOffset + index.value(entry);
    }

    /** The last batch that the offset index knows. */
    record LastEntry(int position, long lastOffset) {}

    /** The last batch that the offset index knows; null where it knows none. */
    @Nullable
    LastEntry lastEntry() {
        SparseIndex known = offsets.get();
        int last = known.count() - 1;
        return last < 0 ? null : new LastEntry(known.value(last), baseOffset + known.key(last));
    }

    /** Forgets what was noted of batches from an offset on. */
    void keepBelow(long endOffset) {
        SparseIndex byOffset = offsets.pin();
        byOffset.truncate(byOffset.floor(endOffset - 1 - baseOffset) + 1);
        SparseIndex byTime = times.pin();
        int kept = byTime.count();
        while (kept > 0 && byTime.value(kept - 1) >= endOffset - baseOffset) {
            kept--;
        }
        byTime.truncate(kept);
        loadedMaxTimestamp = -1;
        maxTimestamp = kept == 0 ? -1 : byTime.key(kept - 1);
        maxTimestampOffset = kept == 0 ? 0 : byTime.value(kept - 1);
        bytesSinceEntry = 0;
    }

    /** Goes on from what the files tell. */
    void resume() {
        SparseIndex known = times.get();
        if (known.count() > 0) {
            maxTimestamp = known.key(known.count() - 1);
            maxTimestampOffset = known.value(known.count() - 1);
        }
    }

    /** Saves them, the latest timestamp included: nothing comes behind. */
    void seal() {
        seal("");
    }

    /** Saves them, the latest timestamp included, in files whose names end so. */
    void seal(String ending) {
        if (maxTimestamp >= 0) {
            times.pin().append(maxTimestamp, maxTimestampOffset);
        }
        save(ending);
    }

    /** Saves them as far as they go. */
    void save() {
        save("");
    }

    private void save(String ending) {
        offsets.pin().save(disk, path(SparseIndex.Kind.OFFSET, ending));
        times.pin().save(disk, path(SparseIndex.Kind.TIME, ending));
        if (ending.isEmpty()) {
            unpin();
        }
    }

    private void unpin() {
        offsets.unpin();
        times.unpin();
    }

    /** Gives files whose names end so their proper names. */
    void rename(String ending) {
        for (SparseIndex.Kind kind : SparseIndex.Kind.values()) {
            disk.rename(path(kind, ending), path(kind, ""));
        }
        unpin();
    }

    /** Loads both from their files, unless they are there, and keeps them, whatever becomes of the files. */
    void load() {
        SparseIndex _ = offsets.pin();
        SparseIndex _ = times.pin();
    }

    /** Lets go of them until they are needed again. */
    void release() {
        offsets.release();
        times.release();
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

    /** One index: pinned as long as its file may not tell the same, else there until the memory is needed. */
    private final class Held {
        private final SparseIndex.Kind kind;
        private volatile @Nullable SparseIndex pinned;
        private volatile SoftReference<SparseIndex> unpinned = new SoftReference<>(null);

        private Held(SparseIndex.Kind kind) {
            this.kind = kind;
        }

        SparseIndex get() {
            SparseIndex index = pinned;
            return index != null ? index : getOrLoad();
        }

        private synchronized SparseIndex getOrLoad() {
            SparseIndex index = pinned != null ? pinned : unpinned.get();
            if (index == null) {
                index = SparseIndex.load(kind, disk, path(kind, ""));
                unpinned = new SoftReference<>(index);
            }
            return index;
        }

        /** The index to be changed, or kept when its file changes. */
        synchronized SparseIndex pin() {
            SparseIndex index = getOrLoad();
            pinned = index;
            return index;
        }

        /** Its file tells the same. */
        synchronized void unpin() {
            unpinned = new SoftReference<>(pinned);
            pinned = null;
        }

        synchronized void release() {
            pinned = null;
            unpinned = new SoftReference<>(null);
        }
    }
}
