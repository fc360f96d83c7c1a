package io.millrace.log.segment;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Where a partition ends: the offset that the next append gets, and the high watermark, up to which records may be read. It
 * follows at once where the topic promises no more than "written"; with "fsync" it follows after the force, so that nobody
 * reads (and commits beyond) a record that a power loss could take back and whose offset another record would then get.
 */
final class LogEnds {

    private volatile long next;
    private final AtomicLong highWatermark;

    LogEnds(long end) {
        this.next = end;
        this.highWatermark = new AtomicLong(end);
    }

    /** The offset that the next append gets. */
    long next() {
        return next;
    }

    /** Only by who appends. */
    void setNext(long offset) {
        next = offset;
    }

    long highWatermark() {
        return highWatermark.get();
    }

    /** It never goes back, though a force that ends late would have it do so. */
    void raiseHighWatermark(long to) {
        highWatermark.accumulateAndGet(to, Math::max);
    }
}
