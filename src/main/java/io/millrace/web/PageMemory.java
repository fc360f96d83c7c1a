package io.millrace.web;

import io.millrace.log.FetchMemory;

/**
 * The memory that the records of one answer take, from the first that is read until the answer is with its client. Records
 * are taken by one thread at a time; any may close it.
 */
public final class PageMemory implements FetchMemory, AutoCloseable {

    /** So much is taken at a time. */
    private static final long STEP = 64 * 1024;

    private final MemoryBudget budget;
    private long left;
    private long taken;
    private boolean closed;

    PageMemory(MemoryBudget budget) {
        this.budget = budget;
    }

    /** @throws ProblemException {@code out-of-memory-budget} if others hold so much that there is no room for a first record */
    @Override
    public boolean take(long bytes) {
        if (bytes > left && !takeStep(bytes)) {
            return false;
        }
        left -= bytes;
        return true;
    }

    private synchronized boolean takeStep(long bytes) {
        long step = Math.max(bytes, STEP);
        if (closed) {
            // Nobody will see what is read now.
            left += step;
            return true;
        }
        if (!budget.tryTakeForPage(step, taken == 0)) {
            if (taken == 0) {
                throw budget.exhausted();
            }
            return false;
        }
        taken += step;
        left += step;
        return true;
    }

    @Override
    public synchronized void giveBack() {
        budget.giveBackOfPage(taken);
        taken = 0;
        left = 0;
    }

    /** Gives back what was taken, and takes no more. */
    @Override
    public synchronized void close() {
        giveBack();
        closed = true;
    }
}
