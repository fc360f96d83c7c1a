package io.millrace.log.segment;

import io.millrace.log.LogException;
import io.millrace.log.batch.BatchFilter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies what a filter leaves of a partition's segments into new segments, which take their place; several become one as long
 * as that is certain to be no larger than a segment may be. For one thread.
 */
final class CleanCopy implements AutoCloseable {

    private final Disk disk;
    private final Path place;
    private final Cleanable cleanable;
    private final BatchFilter filter;
    private final BooleanSupplier stop;

    private final List<Segment> copied = new ArrayList<>();
    private @Nullable SegmentRewrite open;
    private long bytesRead;
    private long bytesKept;

    /**
     * @param place the partition's directory
     * @param stop whether to leave off
     */
    CleanCopy(Disk disk, Path place, Cleanable cleanable, BatchFilter filter, BooleanSupplier stop) {
        this.disk = disk;
        this.place = place;
        this.cleanable = cleanable;
        this.filter = filter;
        this.stop = stop;
    }

    long bytesRead() {
        return bytesRead;
    }

    long bytesKept() {
        return bytesKept;
    }

    /** Copies all segments that begin before an offset. */
    void copyBelow(long endOffset) {
        for (Segment segment : cleanable.segments().headMap(endOffset, false).values()) {
            if (open != null && !fits(open, segment)) {
                putInPlace(open);
            }
            copy(segment, open != null ? open : open(segment.baseOffset()));
        }
        if (open != null) {
            putInPlace(open);
        }
    }

    private boolean fits(SegmentRewrite rewrite, Segment next) {
        return rewrite.size() + next.size() <= cleanable.log().settings().segmentBytes()
                && cleanable.endOf(next) - rewrite.baseOffset() <= Integer.MAX_VALUE;
    }

    private SegmentRewrite open(long baseOffset) {
        SegmentRewrite rewrite = new SegmentRewrite(disk, place, baseOffset);
        open = rewrite;
        return rewrite;
    }

    private void copy(Segment segment, SegmentRewrite rewrite) {
        if (disk.usableBytes(place) < segment.size()) {
            throw new LogException.StorageFull(
                    "Partition %s cannot be compacted: the disk has no room for the copy that this needs"
                            .formatted(cleanable.log().id()),
                    null);
        }
        cleanable.walk(segment, segment.baseOffset(), stop, batch -> {
            ByteBuffer left = filter.apply(batch);
            if (left.hasRemaining()) {
                rewrite.add(left);
            }
            return true;
        });
        copied.add(segment);
        bytesRead += segment.size();
    }

    private void putInPlace(SegmentRewrite rewrite) {
        rewrite.finish();
        bytesKept += cleanable.log().upkeep().replace(copied, rewrite, cleanable.endOf(copied.getLast()));
        open = null;
        copied.clear();
    }

    /** Throws away what was not put in place. */
    @Override
    public void close() {
        if (open != null) {
            open.discard();
        }
    }
}
