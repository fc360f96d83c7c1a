package io.millrace.log.segment;

import io.millrace.log.LogException;
import io.millrace.time.Time;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps some space of the disk free, so that commits, indexes and the machine itself can go on when producers have filled the
 * rest. The disk is looked at from time to time; what is written between two looks is counted.
 */
final class FreeSpace {

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Disk disk;
    private final Path root;
    private final long minFreeBytes;
    private final Time time;
    private final AtomicLong lookedNanos;
    /** What was free at the last look, less what was written since. */
    private final AtomicLong freeBytes = new AtomicLong();

    /** @param minFreeBytes what is to be kept free; 0 for nothing */
    FreeSpace(Disk disk, Path root, long minFreeBytes, Time time) {
        this.disk = disk;
        this.root = root;
        this.minFreeBytes = minFreeBytes;
        this.time = time;
        this.lookedNanos = new AtomicLong(time.nanos());
        if (minFreeBytes > 0) {
            look();
        }
    }

    /**
     * Takes space for what is about to be written.
     *
     * @throws LogException.StorageFull if too little would be left
     */
    void take(long bytes) {
        if (minFreeBytes == 0) {
            return;
        }
        long looked = lookedNanos.get();
        long now = time.nanos();
        if (now - looked >= LOOK_NANOS && lookedNanos.compareAndSet(looked, now)) {
            look();
        }
        if (freeBytes.addAndGet(-bytes) < minFreeBytes) {
            long free = freeBytes.addAndGet(bytes);
            throw new LogException.StorageFull(
                    "The disk of millrace.data-dir has %d bytes free, and millrace.limits.min-free-bytes=%d are to stay so; nothing was stored. Delete topics or old messages, shorten their retention, or give the disk more room: producing goes on by itself then"
                            .formatted(Math.max(0, free), minFreeBytes),
                    null);
        }
    }

    private void look() {
        freeBytes.set(disk.usableBytes(root));
    }
}
