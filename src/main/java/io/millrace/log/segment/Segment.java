package io.millrace.log.segment;

import io.millrace.log.LogException;
import io.millrace.log.batch.BatchView;
import io.millrace.log.batch.EncodedBatch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One file of batches with its two sparse indexes. One thread at a time may append, truncate or save; any may read
 * meanwhile, as far as {@link #size} went when they looked.
 */
final class Segment {

    /** Kafka's default of {@code index.interval.bytes}: how many bytes of batches one index entry stands for. */
    static final int INDEX_INTERVAL_BYTES = 4096;

    private static final String LOG_SUFFIX = ".log";

    private final Disk disk;
    private final Path directory;
    private final long baseOffset;

    private volatile Disk.@Nullable File file;
    private volatile @Nullable SparseIndex offsetIndex;
    private volatile @Nullable SparseIndex timeIndex;
    private volatile int size;
    private boolean abandoned;

    private int bytesSinceEntry;
    /** The latest timestamp, and the relative last offset of the batch that has it; what the next time entry will say. */
    private volatile long maxTimestamp = -1;

    private int maxTimestampOffset;

    /** Names a segment; its file is opened, and made if it is not there, when it is first needed. */
    Segment(Disk disk, Path directory, long baseOffset) {
        this.disk = disk;
        this.directory = directory;
        this.baseOffset = baseOffset;
    }

    /** The base offset that a file's name tells, or -1 if it is not the name of a segment. */
    static long baseOffsetOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.matches("\\d{20}\\.log") ? Long.parseLong(name.substring(0, 20)) : -1;
    }

    long baseOffset() {
        return baseOffset;
    }

    /** The bytes of whole batches in the file. */
    int size() {
        return size;
    }

    /** The latest timestamp in the segment, in milliseconds since the epoch; -1 where there is none. */
    long maxTimestamp() {
        SparseIndex times = timeIndex();
        int last = times.count() - 1;
        return Math.max(maxTimestamp, last < 0 ? -1 : times.key(last));
    }

    /** The position at or before the batch that holds {@code offset}, as the index tells it. */
    int bytesUpTo(long offset) {
        SparseIndex index = offsetIndex();
        int entry = index.floor(offset - baseOffset);
        return entry < 0 ? 0 : index.value(entry);
    }

    /** Takes all of the file as whole batches, as it is known to be after a clean stop. */
    void trust() {
        size = Math.toIntExact(disk.size(path(LOG_SUFFIX)));
    }

    /** Makes the segment's files, so that their names can be forced. */
    void create() {
        file();
        offsetIndex().save(disk, path(SparseIndex.Kind.OFFSET.suffix));
        timeIndex().save(disk, path(SparseIndex.Kind.TIME.suffix));
    }

    /** Appends placed batches with one write; the first has offset {@code firstOffset}. */
    void append(List<EncodedBatch> batches, long firstOffset) {
        file().write(bytesOf(batches), size);
        long nextOffset = firstOffset;
        int position = size;
        for (EncodedBatch batch : batches) {
            nextOffset += batch.recordCount();
            index(position, batch.size(), nextOffset - 1, batch.maxTimestamp());
            position += batch.size();
        }
        size = position;
    }

    private static ByteBuffer bytesOf(List<EncodedBatch> batches) {
        if (batches.size() == 1) {
            return batches.getFirst().bytes().duplicate().rewind();
        }
        ByteBuffer joined = ByteBuffer.allocate(
                batches.stream().mapToInt(EncodedBatch::size).sum());
        batches.forEach(batch -> joined.put(batch.bytes().duplicate().rewind()));
        return joined.flip();
    }

    private void index(int position, int bytes, long lastOffset, long batchMaxTimestamp) {
        int relative = (int) (lastOffset - baseOffset);
        if (batchMaxTimestamp > maxTimestamp) {
            maxTimestamp = batchMaxTimestamp;
            maxTimestampOffset = relative;
        }
        if (bytesSinceEntry > INDEX_INTERVAL_BYTES) {
            offsetIndex().append(relative, position);
            timeIndex().append(maxTimestamp, maxTimestampOffset);
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += bytes;
    }

    /** Whether a batch that ends with {@code lastOffset} may be appended behind others that are to be. */
    boolean hasRoomFor(int bytesBefore, int bytes, long lastOffset, int maxBytes) {
        long before = (long) size + bytesBefore;
        return before == 0 || (before + bytes <= maxBytes && lastOffset - baseOffset <= Integer.MAX_VALUE);
    }

    /** Walks over the batches from the one that holds {@code offset}, or one before it, on. */
    BatchScan scanFrom(long offset, int chunkBytes) {
        return new BatchScan(this, bytesUpTo(offset), size, chunkBytes);
    }

    /** An offset from which a walk on meets the first record of {@code timestamp} or later, if the segment has one. */
    long offsetBefore(long timestamp) {
        SparseIndex index = timeIndex();
        int entry = index.floor(timestamp - 1);
        return entry < 0 ? baseOffset : baseOffset + index.value(entry);
    }

    /** Fills a new buffer from {@code position} on, with less where the file ends before. */
    ByteBuffer read(int position, int bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        file().read(buffer, position);
        return buffer.flip();
    }

    /** Cuts the segment to its first {@code newSize} bytes, whole batches whose records end before {@code endOffset}. */
    void truncate(int newSize, long endOffset) {
        file().truncate(newSize);
        size = newSize;
        keepEntriesBelow(endOffset);
    }

    private void keepEntriesBelow(long endOffset) {
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

    /**
     * Reads the batches that were appended beyond {@code knownOffset}, takes them as far as they are whole and valid, and
     * cuts off what comes behind. Index entries beyond it are made anew.
     *
     * @param knownOffset the records below it are known to be good, and so are the index entries for them
     * @return the offset after the last record; the base offset where there is none
     */
    long recover(long knownOffset) {
        int fileSize = Math.toIntExact(file().size());
        keepEntriesBelow(knownOffset);
        if (!lastEntryHolds(fileSize)) {
            keepEntriesBelow(baseOffset);
        }
        SparseIndex offsets = offsetIndex();
        int start = offsets.count() == 0 ? 0 : offsets.value(offsets.count() - 1);
        long end = baseOffset;
        int validSize = start;
        BatchScan scan = new BatchScan(this, start, fileSize, BatchScan.LARGE_CHUNK_BYTES);
        while (scan.next() && scan.batch().baseOffset() >= end && scan.batch().isValid()) {
            BatchView batch = scan.batch();
            end = batch.lastOffset() + 1;
            index(scan.position(), batch.size(), batch.lastOffset(), batch.maxTimestamp());
            validSize = scan.position() + batch.size();
        }
        if (validSize < fileSize) {
            file().truncate(validSize);
        }
        size = validSize;
        return end;
    }

    /** Whether the batch that the last entry speaks of stands where it says. */
    private boolean lastEntryHolds(int fileSize) {
        SparseIndex offsets = offsetIndex();
        int last = offsets.count() - 1;
        if (last < 0) {
            return true;
        }
        BatchScan scan = new BatchScan(this, offsets.value(last), fileSize, BatchScan.SMALL_CHUNK_BYTES);
        return scan.next()
                && scan.batch().lastOffset() - baseOffset == offsets.key(last)
                && scan.batch().isValid();
    }

    /** Reads the end of a segment that is whole: the offset after its last record, the base offset where it has none. */
    long findEnd() {
        SparseIndex times = timeIndex();
        if (times.count() > 0) {
            maxTimestamp = times.key(times.count() - 1);
            maxTimestampOffset = times.value(times.count() - 1);
        }
        long end = baseOffset;
        BatchScan scan = scanFrom(Long.MAX_VALUE, BatchScan.SMALL_CHUNK_BYTES);
        while (scan.next()) {
            end = scan.batch().lastOffset() + 1;
        }
        if (scan.position() < size) {
            end = recover(baseOffset);
            saveIndexes();
        }
        return end;
    }

    /** Makes what was appended durable. */
    void force() {
        file().force();
    }

    /** Saves the indexes, the latest timestamp included; beside appends only by the thread that appends. */
    void seal() {
        if (maxTimestamp >= 0) {
            timeIndex().append(maxTimestamp, maxTimestampOffset);
        }
        saveIndexes();
    }

    /** Saves the indexes as far as they go. */
    void saveIndexes() {
        offsetIndex().save(disk, path(SparseIndex.Kind.OFFSET.suffix));
        timeIndex().save(disk, path(SparseIndex.Kind.TIME.suffix));
    }

    /** Lets go of file and indexes until they are needed again; only for a segment that takes no appends meanwhile. */
    synchronized void release() {
        Disk.File open = file;
        file = null;
        offsetIndex = null;
        timeIndex = null;
        if (open != null) {
            open.close();
        }
    }

    /** Lets go of file and indexes for good: their names may soon belong to another segment. */
    synchronized void abandon() {
        abandoned = true;
        release();
    }

    /** Removes the segment's files. */
    void delete() {
        abandon();
        disk.delete(path(LOG_SUFFIX));
        disk.delete(path(SparseIndex.Kind.OFFSET.suffix));
        disk.delete(path(SparseIndex.Kind.TIME.suffix));
    }

    private Path path(String suffix) {
        return directory.resolve("%020d%s".formatted(baseOffset, suffix));
    }

    private Disk.File file() {
        Disk.File open = file;
        if (open != null) {
            return open;
        }
        synchronized (this) {
            open = file;
            if (abandoned) {
                throw new LogException.Unavailable("The topic was deleted meanwhile", null);
            }
            if (open == null) {
                open = disk.open(path(LOG_SUFFIX));
                file = open;
            }
            return open;
        }
    }

    private SparseIndex offsetIndex() {
        SparseIndex index = offsetIndex;
        if (index != null) {
            return index;
        }
        synchronized (this) {
            index = offsetIndex;
            if (index == null) {
                index = SparseIndex.load(SparseIndex.Kind.OFFSET, disk, path(SparseIndex.Kind.OFFSET.suffix));
                offsetIndex = index;
            }
            return index;
        }
    }

    private SparseIndex timeIndex() {
        SparseIndex index = timeIndex;
        if (index != null) {
            return index;
        }
        synchronized (this) {
            index = timeIndex;
            if (index == null) {
                index = SparseIndex.load(SparseIndex.Kind.TIME, disk, path(SparseIndex.Kind.TIME.suffix));
                timeIndex = index;
            }
            return index;
        }
    }
}
