package io.millrace.time;

import java.time.Duration;

/** Runs tasks later. A task must be short and must not block: it shares its thread with all others. */
public interface Timer extends AutoCloseable {

    /** Runs {@code task} once after {@code delay}, unless the returned handle is cancelled before. */
    Scheduled schedule(Duration delay, Runnable task);

    /** Drops all that is pending. */
    @Override
    void close();

    /** A task that is due later. */
    interface Scheduled {

        /** Drops the task if it has not begun; no effect otherwise. */
        void cancel();
    }
}
