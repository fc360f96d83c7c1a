package io.millrace.consume;

import io.millrace.log.LogEngine;
import io.millrace.log.LogEngine.Registration;
import io.millrace.log.Position;
import io.millrace.time.Timer;
import io.millrace.time.Timer.Scheduled;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A poll that, where there is nothing to answer with yet, waits for an append, a signal, or the end of its time, and holds no
 * thread meanwhile. First {@link #tryNow}; where that gives nothing, {@link #await} once.
 *
 * @param <T> what it answers with
 */
public final class LongPoll<T> implements WaitingPolls.Waiter {

    /*
     * While it waits, signals come from appending threads, the timer and the owner. The first of them has the executor run
     * attempt after attempt; those that come meanwhile are remembered in "signalled" and cause one more. So attempts never
     * overlap, and no signal is lost between an attempt that found nothing and the registration for the next append.
     */

    /** What a poll asks. */
    public interface Source<T> {

        /**
         * Looks whether there is something to answer with.
         *
         * @param last whether the waiting is over, so that the answer must not be null
         * @return the answer, or null to wait on
         */
        @Nullable
        T attempt(boolean last);

        /** Where an append would matter now. */
        List<Position> positions();
    }

    /** Who gets the answer of a poll that waited; called once. */
    public interface Listener<T> {

        void answered(T answer);

        void failed(RuntimeException failure);
    }

    /** What polls wait by; the same for all. */
    public record Waiting(LogEngine log, Timer timer, Executor executor, WaitingPolls polls) {}

    private final Source<T> source;
    private final Duration wait;
    private final Waiting waiting;

    private @Nullable Listener<T> listener;
    private @Nullable Scheduled timeout;
    private @Nullable Registration registration;
    private boolean running;
    private boolean signalled;
    private boolean finished;
    private volatile boolean over;

    /** @param wait how long it may wait at the most */
    public LongPoll(Source<T> source, Duration wait, Waiting waiting) {
        this.source = source;
        this.wait = wait;
        this.waiting = waiting;
        this.over = wait.isZero();
    }

    /** Answers from what is there now; null where there is nothing and it may wait. */
    public @Nullable T tryNow() {
        return source.attempt(over);
    }

    /**
     * Waits, and tells the listener from another thread.
     *
     * @throws TooManyWaitingPolls if it may not
     */
    public void await(Listener<T> listener) {
        this.listener = listener;
        waiting.polls().add(this);
        synchronized (this) {
            timeout = waiting.timer().schedule(wait, this::end);
        }
        signal();
    }

    @Override
    public void end() {
        over = true;
        signal();
    }

    /** Ends it without an answer; answers whether there will be none. */
    public boolean cancel() {
        return finish() != null;
    }

    /** Has it look again, because something other than the log has changed. No effect unless it waits. */
    public void signal() {
        synchronized (this) {
            if (finished || listener == null) {
                return;
            }
            signalled = true;
            if (running) {
                return;
            }
            running = true;
        }
        waiting.executor().execute(this::run);
    }

    private void run() {
        while (takeSignal()) {
            try {
                T answer = source.attempt(over);
                if (answer != null) {
                    Listener<T> told = finish();
                    if (told != null) {
                        told.answered(answer);
                    }
                    return;
                }
                register();
            } catch (RuntimeException failure) {
                Listener<T> told = finish();
                if (told != null) {
                    told.failed(failure);
                }
                return;
            }
        }
    }

    private synchronized boolean takeSignal() {
        running = signalled;
        signalled = false;
        return running;
    }

    private void register() {
        Registration next = waiting.log().await(source.positions(), this::signal);
        Registration previous;
        synchronized (this) {
            previous = finished ? next : registration;
            registration = finished ? null : next;
        }
        if (previous != null) {
            previous.cancel();
        }
    }

    private @Nullable Listener<T> finish() {
        Registration left;
        synchronized (this) {
            if (finished) {
                return null;
            }
            finished = true;
            left = registration;
            if (timeout != null) {
                timeout.cancel();
            }
        }
        if (left != null) {
            left.cancel();
        }
        waiting.polls().remove(this);
        return listener;
    }
}
