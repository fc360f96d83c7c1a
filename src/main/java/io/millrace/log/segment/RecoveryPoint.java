package io.millrace.log.segment;

import io.millrace.log.LogException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * The offset up to which a partition's segments and indexes are forced, and what it remembers of requests is written down: a
 * start after a crash begins to read there.
 */
final class RecoveryPoint {

    private final Segments segments;
    private final PartitionRequests requests;
    private final Usability usability;
    private final Lock appendLock;
    private final LogEnds ends;
    private volatile long offset;

    /**
     * @param appendLock held while what appends change is looked at
     */
    RecoveryPoint(
            Segments segments,
            PartitionRequests requests,
            Usability usability,
            Lock appendLock,
            LogEnds ends,
            long offset) {
        this.segments = segments;
        this.requests = requests;
        this.usability = usability;
        this.appendLock = appendLock;
        this.ends = ends;
        this.offset = offset;
    }

    long offset() {
        return offset;
    }

    /** Forces what was appended, indexes too, and moves on behind it, if there are so many bytes. */
    synchronized void advance(int worthBytes) {
        boolean worth = requests.isBehind() || (ends.next() != offset && bytesBeyond() >= worthBytes);
        if (!worth || !usability.isUsable()) {
            return;
        }
        try {
            long target;
            Optional<ByteBuffer> remembered;
            appendLock.lock();
            try {
                target = ends.next();
                remembered = requests.take(target);
            } finally {
                appendLock.unlock();
            }
            forceBeyond();
            appendLock.lock();
            try {
                segments.active().indexes().save();
            } finally {
                appendLock.unlock();
            }
            requests.write(remembered);
            offset = target;
        } catch (LogException.StorageFull | LogException.Unavailable noRoom) {
            // Nothing is lost by that but the next start's time: the point stays, and all is tried again.
        } catch (LogException failure) {
            throw usability.fail("A force failed", failure);
        }
    }

    /** Forces the segments that are not known to be. */
    void forceBeyond() {
        segments.from(offset).forEach(Segment::force);
    }

    private long bytesBeyond() {
        Collection<Segment> behind = segments.from(offset);
        long bytes = 0;
        for (Segment segment : behind) {
            bytes += segment.size();
        }
        return bytes - behind.iterator().next().indexes().positionOf(offset);
    }

    /** Forces all and seals the last segment; nobody may append any more, nor ask for another move. */
    void close() {
        forceBeyond();
        segments.active().indexes().seal();
        long end = ends.next();
        requests.write(requests.take(end));
        offset = end;
    }

    /** Moves on if sealed segments lie beyond. */
    void settle() {
        if (segments.from(offset).size() > 1) {
            advance(0);
        }
    }

    /** The segments up to the one where the point or {@code below} is, whichever comes first, that one included. */
    NavigableMap<Long, Segment> settledBelow(long below) {
        NavigableMap<Long, Segment> all = segments.byBaseOffset();
        Long last = all.floorKey(Math.min(offset, below));
        return all.headMap(last == null ? all.firstKey() : last, true);
    }
}
