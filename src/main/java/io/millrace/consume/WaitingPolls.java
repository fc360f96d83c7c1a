package io.millrace.consume;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The polls that wait now and the streams that go on: how many there may be, and how they end when the server does. */
public final class WaitingPolls {

    private final int limit;
    /** One who waits. */
    public interface Waiter {

        /** Has it answer now, with what there is. */
        void end();
    }

    private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param limit the most polls that may wait at a time */
    public WaitingPolls(int limit) {
        this.limit = limit;
    }

    /** How many polls wait. */
    public int count() {
        return waiting.size();
    }

    /** Lets polls wait, again after {@link #endAll}. */
    public void begin() {
        closed = false;
    }

    /** Has all polls that wait, and all that would, answer at once with what they have. */
    public void endAll() {
        closed = true;
        waiting.forEach(Waiter::end);
    }

    /**
     * Counts one who waits, until it is removed.
     *
     * @throws TooManyWaitingPolls if there are as many as there may be
     */
    public void add(Waiter poll) {
        if (waiting.size() >= limit) {
            throw new TooManyWaitingPolls(limit);
        }
        waiting.add(poll);
        if (closed) {
            poll.end();
        }
    }

    /** Counts it no more. */
    public void remove(Waiter poll) {
        waiting.remove(poll);
    }
}
