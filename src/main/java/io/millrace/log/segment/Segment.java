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

    /** In place of the base offset of a segment that is not there. */
    static final long NONE = -1;

    private static final String LOG_SUFFIX = ".log";

    private final Disk disk;
    private final Path path;
    private final long baseOffset;
    private final SegmentIndexes indexes;

    private volatile Disk.@Nullable File file;
    private volatile int size;
    private boolean abandoned;

    /** Names a segment; its file is opened, and made if it is not there, when it is first needed. */
    Segment(Disk disk, Path directory, long baseOffset) {
        this(disk, path(directory, baseOffset), baseOffset, new SegmentIndexes(disk, directory, baseOffset));
    }

    /** Names a segment whose file is, for now, called otherwise, or whose indexes are known. */
    Segment(Disk disk, Path path, long baseOffset, SegmentIndexes indexes) {
        this.disk = disk;
        this.path = path;
        this.baseOffset = baseOffset;
        this.indexes = indexes;
    }

    /** A segment that is not looked into, as all of it is known. */
    static Segment known(Disk disk, Path directory, SegmentIndexes indexes, long baseOffset, int size) {
        Segment segment = new Segment(disk, path(directory, baseOffset), baseOffset, indexes);
        segment.size = size;
        return segment;
    }

    /** The file of the segment that begins there. */
    static Path path(Path directory, long baseOffset) {
        return directory.resolve("%020d%s".formatted(baseOffset, LOG_SUFFIX));
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

    SegmentIndexes indexes() {
        return indexes;
    }

    /** Takes all of the file as whole batches, as it is known to be after a clean stop. */
    void trust() {
        size = Math.toIntExact(disk.size(path));
    }

    /** Makes the segment's files, so that their names can be forced. */
    void create() {
        file();
        indexes.save();
    }

    /** Appends placed batches with one write; the first has offset {@code firstOffset}. */
    void append(List<EncodedBatch> batches, long firstOffset) {
        file().write(bytesOf(batches), size);
        long nextOffset = firstOffset;
        int position = size;
        for (EncodedBatch batch : batches) {
            nextOffset += batch.recordCount();
            indexes.note(position, batch.size(), nextOffset - 1, batch.maxTimestamp());
            position += batch.size();
        }
        size = position;
    }

    /** Appends a batch that has its place already. */
    void append(ByteBuffer bytes, BatchView batch) {
        int position = size;
        file().write(bytes, position);
        indexes.note(position, batch.size(), batch.lastOffset(), batch.maxTimestamp());
        size = position + batch.size();
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

    /** Whether a batch that ends with {@code lastOffset} may be appended behind others that are to be. */
    boolean hasRoomFor(int bytesBefore, int bytes, long lastOffset, int maxBytes) {
        long before = (long) size + bytesBefore;
        return before == 0 || (before + bytes <= maxBytes && lastOffset - baseOffset <= Integer.MAX_VALUE);
    }

    /** Walks over the batches from the one that holds {@code offset}, or one before it, on. */
    BatchScan scanFrom(long offset, int chunkBytes) {
        return new BatchScan(this, indexes.positionOf(offset), size, chunkBytes);
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
        indexes.keepBelow(endOffset);
    }

    /**
     * Reads the batches that were appended beyond {@code knownOffset}, takes them as far as they are whole and valid, and
     * cuts off what comes behind. Index entries beyond it are made anew.
     *
     * @param knownOffset the records below it are known to be good, and so are the index entries for them
     * @param nextBaseOffset where the next segment begins; {@link #NONE} if this is the last one
     * @return the offset after the last record; the base offset where there is none
     */
    long recover(long knownOffset, long nextBaseOffset) {
        int fileSize = Math.toIntExact(file().size());
        indexes.keepBelow(knownOffset);
        if (!lastEntryHolds(fileSize)) {
            indexes.keepBelow(baseOffset);
        }
        SegmentIndexes.LastEntry last = indexes.lastEntry();
        int start = last == null ? 0 : last.position();
        long end = baseOffset;
        int validSize = start;
        BatchScan scan = new BatchScan(this, start, fileSize, BatchScan.LARGE_CHUNK_BYTES);
        while (scan.next()) {
            BatchView batch = scan.batch();
            boolean first = last != null && scan.position() == start;
            if (!batch.isValid() || !(first || isPlace(batch, end, nextBaseOffset))) {
                break;
            }
            end = batch.lastOffset() + 1;
            indexes.note(scan.position(), batch.size(), batch.lastOffset(), batch.maxTimestamp());
            validSize = scan.position() + batch.size();
        }
        if (validSize < fileSize) {
            file().truncate(validSize);
        }
        size = validSize;
        return end;
    }

    /** Whether a batch may come after those that end there: its offset is not under its checksum. */
    private static boolean isPlace(BatchView batch, long end, long nextBaseOffset) {
        // The last segment was not compacted yet.
        return nextBaseOffset == NONE
                ? batch.baseOffset() == end
                : batch.baseOffset() >= end && batch.lastOffset() < nextBaseOffset;
    }

    /** Whether the batch that the last entry speaks of stands where it says. */
    private boolean lastEntryHolds(int fileSize) {
        SegmentIndexes.LastEntry last = indexes.lastEntry();
        if (last == null) {
            return true;
        }
        BatchScan scan = new BatchScan(this, last.position(), fileSize, BatchScan.SMALL_CHUNK_BYTES);
        return scan.next()
                && scan.batch().lastOffset() == last.lastOffset()
                && scan.batch().isValid();
    }

    /** Reads the end of a segment that is whole: the offset after its last record, the base offset where it has none. */
    long findEnd() {
        indexes.resume();
        long end = baseOffset;
        BatchScan scan = scanFrom(Long.MAX_VALUE, BatchScan.SMALL_CHUNK_BYTES);
        while (scan.next()) {
            end = scan.batch().lastOffset() + 1;
        }
        if (scan.position() < size) {
            end = recover(baseOffset, NONE);
            indexes.save();
        }
        return end;
    }

    /** Makes what was appended durable. */
    void force() {
        file().force();
    }

    /** Opens what a read needs, so that reads can go on when the names are another segment's. */
    void pin() {
        file();
        indexes.load();
    }

    /** Lets go of file and indexes until they are needed again; only for a segment that takes no appends meanwhile. */
    synchronized void release() {
        Disk.File open = file;
        file = null;
        indexes.release();
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
        unlink();
    }

    /** Removes the names of the segment's files; one that is pinned can still be read. */
    void unlink() {
        disk.delete(path);
        indexes.delete();
    }

    private Disk.File file() {
        Disk.File open = file;
        return open != null ? open : open();
    }

    /** Opens the file, unless it is open: what writes to it thereafter fails for its own reasons only. */
    synchronized Disk.File open() {
        Disk.File open = file;
        if (abandoned) {
            throw new LogException.Unavailable("These messages were deleted meanwhile", null);
        }
        if (open == null) {
            open = disk.open(path);
            if (open.size() < size) {
                open.close();
                throw new LogException.StorageFailed(
                        "%s is shorter than it was, or gone: another process has changed it".formatted(path), null);
            }
            file = open;
        }
        return open;
    }
}
