package io.millrace.web;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of request bodies and answers that are held in memory at the same time, so that many large requests make
 * some of them wait instead of all of them fail. May be used from any thread.
 */
public final class MemoryBudget {

    private static final String SETTING = "millrace.limits.max-bytes-in-flight";

    /** Arrays that wait for the next request take no more than this part of the budget. */
    private static final int KEPT_PART = 4;

    private final long total;
    private final AtomicLong used = new AtomicLong();
    private final ArrayPool arrays;

    /**
     * A budget of which nothing is taken.
     *
     * @param bytes how many bytes may be held in all, from 1
     */
    public MemoryBudget(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("A budget of " + bytes + " bytes");
        }
        this.total = bytes;
        this.arrays = new ArrayPool(bytes / KEPT_PART);
    }

    /**
     * Takes bytes out of the budget until the permit is closed.
     *
     * @throws ProblemException {@code out-of-memory-budget} if others hold too many for now; {@code request-too-large} if
     *     the whole budget would not do
     */
    public Permit acquire(long bytes) {
        if (bytes > total) {
            throw ProblemException.of(
                    ProblemType.REQUEST_TOO_LARGE,
                    "%d bytes are more than the server holds in memory, %s is %d".formatted(bytes, SETTING, total));
        }
        Permit permit = tryAcquire(bytes);
        if (permit == null) {
            throw ProblemException.of(
                    ProblemType.OUT_OF_MEMORY_BUDGET,
                    "The server holds as many bytes of requests and answers as it may, %s is %d; try again"
                            .formatted(SETTING, total));
        }
        return permit;
    }

    /** Takes bytes out of the budget until the permit is closed; null if they are not there. */
    public @Nullable Permit tryAcquire(long bytes) {
        if (used.addAndGet(bytes) > total) {
            used.addAndGet(-bytes);
            return null;
        }
        return new Permit(bytes);
    }

    /** How many bytes are taken. */
    public long used() {
        return used.get();
    }

    /** Bytes taken out of the budget, perhaps with an array to hold them. */
    public final class Permit implements AutoCloseable {

        private final long bytes;
        private byte @Nullable [] array;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Permit(long bytes) {
            this.bytes = bytes;
        }

        /**
         * An array of at least that size, to be used until the permit is closed, by one thread at a time. There may be anything in it.
         *
         * @throws IllegalStateException if it was called before
         */
        public byte[] array(int atLeast) {
            if (array != null || closed.get()) {
                throw new IllegalStateException("A permit comes with one array");
            }
            byte[] taken = arrays.take(atLeast);
            array = taken;
            return taken;
        }

        /** Gives the bytes back, and the array, to which nobody may refer any more; once, however often it is called. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                if (array != null) {
                    arrays.giveBack(array);
                }
                used.addAndGet(-bytes);
            }
        }
    }
}
