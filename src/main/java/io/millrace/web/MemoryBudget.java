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

    /** The records of all answers together take no more than this part of the budget, so that there is room for the answers. */
    private static final int PAGES_PART = 4;

    /** A page grows as long as all take no more than this part, so that others can begin. */
    private static final int GROWING_PAGES_PART = 8;

    private final long total;
    private final AtomicLong pages = new AtomicLong();
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
            throw exhausted();
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

    /**
     * Memory for the records that an answer is made of, of which nothing is taken. They come on top of the budget, so what
     * all of them together may take is small beside it; where that ends, pages are shorter than was asked for.
     */
    public PageMemory page() {
        return new PageMemory(this);
    }

    /** Takes bytes for records, the first of a page or more; where nobody holds any, there are as many as it takes. */
    boolean tryTakeForPage(long bytes, boolean first) {
        long others = pages.getAndAdd(bytes);
        if (others > 0 && others + bytes > total / (first ? PAGES_PART : GROWING_PAGES_PART)) {
            pages.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBackOfPage(long bytes) {
        pages.addAndGet(-bytes);
    }

    /** What is answered where others hold too much for now. */
    ProblemException exhausted() {
        return ProblemException.of(
                ProblemType.OUT_OF_MEMORY_BUDGET,
                "The server holds as many bytes of requests and answers as it may, %s is %d; try again"
                        .formatted(SETTING, total));
    }

    /** How many bytes may be held in all. */
    long total() {
        return total;
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
