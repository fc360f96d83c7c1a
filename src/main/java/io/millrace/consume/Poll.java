package io.millrace.consume;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A question that may wait for its answer. First {@link #tryNow}, which may hold its thread for a moment; where that gives
 * nothing, {@link #await} once, which holds no thread.
 *
 * @param <T> what it is answered with
 */
public interface Poll<T> {

    /**
     * Answers from what is there now, or comes in a moment.
     *
     * @param moment for how long this thread may be held, so that no other one need be woken for the answer
     * @return null where there is nothing and it may wait on
     */
    @Nullable
    T tryNow(Duration moment);

    /**
     * Waits, and tells the listener from another thread.
     *
     * @throws TooManyWaitingPolls if it may not
     */
    void await(Listener<T> listener);

    /** Ends it without an answer; answers whether there will be none. */
    boolean cancel();

    /** Who gets the answer of a poll that waited; called once. */
    interface Listener<T> {

        void answered(T answer);

        void failed(RuntimeException failure);
    }
}
