package io.millrace.log.segment;

import io.millrace.log.batch.BatchView;
import io.millrace.log.batch.ScanMemory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One segment in the place of several that stand one behind the other, made beside them and then put there in such a way that
 * a crash at any moment leaves the old ones or the new one:
 *
 * <pre>
 * 1  base.log.cleaned, base.index.cleaned, base.timeindex.cleaned   written and forced; thrown away at a start
 * 2  base-end.swap                      the first of these gets that name: from now on a start goes on from here
 * 3  the files of the old segments go
 * 4  base.index, base.timeindex         get their names
 * 5  base.log                           and last the log
 * </pre>
 */
final class SegmentRewrite {

    private static final String CLEANED = ".cleaned";
    private static final Pattern SWAP = Pattern.compile("(\\d{20})-(\\d{20})\\.swap");

    /** So much is gathered before it is written. */
    private static final int WRITE_BYTES = 1024 * 1024;

    private final Disk disk;
    private final Path directory;
    private final long baseOffset;
    private final SegmentIndexes indexes;
    private final Path draft;
    private final Disk.File file;
    private final ScanMemory memory = new ScanMemory();
    private ByteBuffer gathered = ByteBuffer.allocate(WRITE_BYTES);
    private int written;

    /** @param baseOffset where the first of the old segments begins */
    SegmentRewrite(Disk disk, Path directory, long baseOffset) {
        this.disk = disk;
        this.directory = directory;
        this.baseOffset = baseOffset;
        this.indexes = SegmentIndexes.empty(disk, directory, baseOffset);
        Path log = Segment.path(directory, baseOffset);
        this.draft = log.resolveSibling(log.getFileName() + CLEANED);
        this.file = disk.open(draft);
        file.truncate(0);
    }

    /** Adds a whole batch behind those before. */
    void add(ByteBuffer batch) {
        BatchView view = BatchView.at(batch, batch.position(), memory);
        indexes.note(written + gathered.position(), view.size(), view.lastOffset(), view.maxTimestamp());
        if (gathered.remaining() < batch.remaining()) {
            write();
        }
        if (batch.remaining() > gathered.capacity()) {
            gathered = batch.slice().position(batch.remaining());
            write();
            gathered = ByteBuffer.allocate(WRITE_BYTES);
        } else {
            gathered.put(batch);
        }
    }

    private void write() {
        gathered.flip();
        int bytes = gathered.remaining();
        file.write(gathered, written);
        written += bytes;
        gathered.clear();
    }

    /** Makes durable what was added: nothing comes behind. */
    void finish() {
        write();
        file.force();
        file.close();
        indexes.seal(CLEANED);
        disk.forceDirectory(directory);
    }

    /** How many bytes were added. */
    long size() {
        return (long) written + gathered.position();
    }

    long baseOffset() {
        return baseOffset;
    }

    /**
     * Puts what is finished in the place of the old segments, which must be pinned; those who read them can go on.
     *
     * @param endOffset where the segment behind the last of them begins
     */
    Segment replace(Collection<Segment> old, long endOffset) {
        Path swap = directory.resolve("%020d-%020d.swap".formatted(baseOffset, endOffset));
        disk.rename(draft, swap);
        old.forEach(Segment::unlink);
        disk.forceDirectory(directory);
        indexes.rename(CLEANED);
        disk.rename(swap, Segment.path(directory, baseOffset));
        return Segment.known(disk, directory, indexes, baseOffset, written);
    }

    /** Throws away what was written so far. */
    void discard() {
        file.close();
        deleteDrafts(disk, directory);
    }

    private static void deleteDrafts(Disk disk, Path directory) {
        disk.list(directory).stream()
                .filter(path -> path.toString().endsWith(CLEANED))
                .forEach(disk::delete);
    }

    /** Finishes or throws away what a crash has interrupted; at start, before anything is looked at. */
    static void recover(Disk disk, Path directory) {
        List<Path> found = disk.list(directory);
        for (Path path : found) {
            Matcher swap = SWAP.matcher(String.valueOf(path.getFileName()));
            if (swap.matches()) {
                finish(disk, directory, path, Long.parseLong(swap.group(1)), Long.parseLong(swap.group(2)));
            }
        }
        if (found.stream().anyMatch(path -> path.toString().endsWith(CLEANED))) {
            deleteDrafts(disk, directory);
            disk.forceDirectory(directory);
        }
    }

    private static void finish(Disk disk, Path directory, Path swap, long base, long end) {
        for (Path path : disk.list(directory)) {
            long offset = Segment.baseOffsetOf(path);
            if (offset >= base && offset < end) {
                new Segment(disk, directory, offset).unlink();
            }
        }
        SegmentIndexes indexes = new SegmentIndexes(disk, directory, base);
        indexes.delete();
        disk.forceDirectory(directory);
        Segment finished = new Segment(disk, swap, base, indexes);
        finished.recover(base, end);
        indexes.seal();
        finished.release();
        disk.rename(swap, Segment.path(directory, base));
    }
}
