package io.millrace.consume;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The polls that wait now: how many there may be, and how they end when the server does. */
public final class WaitingPolls {

    private final int limit;
    private final Set<LongPoll<?>> waiting = ConcurrentHashMap.newKeySet();
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
        waiting.forEach(LongPoll::end);
    }

    void add(LongPoll<?> poll) {
        if (waiting.size() >= limit) {
            throw new TooManyWaitingPolls(limit);
        }
        waiting.add(poll);
        if (closed) {
            poll.end();
        }
    }

    void remove(LongPoll<?> poll) {
        waiting.remove(poll);
    }
}
