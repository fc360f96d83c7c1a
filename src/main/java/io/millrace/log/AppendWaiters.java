package io.millrace.log;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Those who wait for a partition's high watermark to pass an offset. Costs an append one volatile read when nobody does. */
public final class AppendWaiters {

    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private volatile boolean any;

    /** Someone who waits; the same wake-up may wait at several partitions. */
    public static final class Waiter {
        private final long offset;
        private final Runnable wake;

        /** @param offset the offset of the record waited for */
        public Waiter(long offset, Runnable wake) {
            this.offset = offset;
            this.wake = wake;
        }
    }

    /** Adds one; the caller must look at the high watermark after that, since it may have passed before. */
    public synchronized void add(Waiter waiter) {
        waiters.add(waiter);
        any = true;
    }

    public synchronized void remove(Waiter waiter) {
        waiters.remove(waiter);
        any = !waiters.isEmpty();
    }

    /** Wakes those whose record is readable now, and forgets them. */
    public void wakeBelow(long highWatermark) {
        if (any) {
            due(highWatermark).forEach(waiter -> waiter.wake.run());
        }
    }

    /** Wakes all, and forgets them. */
    public void wakeAll() {
        wakeBelow(Long.MAX_VALUE);
    }

    /** The lowest offset that is waited for; none if nobody waits. */
    public synchronized OptionalLong lowest() {
        return waiters.stream().mapToLong(waiter -> waiter.offset).min();
    }

    private synchronized List<Waiter> due(long highWatermark) {
        List<Waiter> due = new ArrayList<>();
        for (Iterator<Waiter> it = waiters.iterator(); it.hasNext(); ) {
            Waiter waiter = it.next();
            if (waiter.offset < highWatermark) {
                due.add(waiter);
                it.remove();
            }
        }
        any = !waiters.isEmpty();
        return due;
    }
}
