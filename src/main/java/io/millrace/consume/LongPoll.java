package io.millrace.consume;

import io.millrace.log.LogEngine;
import io.millrace.log.LogEngine.Registration;
import io.millrace.log.Position;
import io.millrace.time.Time;
import io.millrace.time.Timer;
import io.millrace.time.Timer.Scheduled;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A poll that, where there is nothing to answer with yet, waits for an append, a signal, or the end of its time.
 *
 * @param <T> what it answers with
 */
public final class LongPoll<T> implements Poll<T>, WaitingPolls.Waiter {

    /*
     * While it waits, signals come from appending threads, the timer and the owner. The first of them has the thread that is
     * held, or else the executor, run attempt after attempt; those that come meanwhile are remembered in "signalled" and
     * cause one more. So attempts never overlap, and no signal is lost between an attempt that found nothing and the
     * registration for the next append.
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

    /** What polls wait by; the same for all. */
    public record Waiting(LogEngine log, Time time, Timer timer, Executor executor, WaitingPolls polls) {}

    private final Source<T> source;
    private final Waiting waiting;
    private Duration wait;

    private @Nullable Listener<T> listener;
    private @Nullable Scheduled timeout;
    private @Nullable Registration registration;
    private boolean held;
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

    @Override
    public @Nullable T tryNow(Duration moment) {
        Duration bounded = moment.compareTo(wait) < 0 ? moment : wait;
        if (!bounded.isPositive()) {
            return source.attempt(over);
        }
        T answer = hold(waiting.time().nanos() + bounded.toNanos());
        if (answer != null) {
            return answer;
        }
        wait = wait.minus(bounded);
        over = wait.isZero();
        return over ? source.attempt(true) : null;
    }

    /** Holds this thread until there is an answer or, by the monotonic clock, it is {@code end}: null then. */
    private @Nullable T hold(long end) {
        setHeld(true);
        try {
            do {
                T answer = source.attempt(false);
                if (answer != null) {
                    return answer;
                }
                register();
            } while (awaitSignal(end));
            return null;
        } finally {
            setHeld(false);
        }
    }

    private void setHeld(boolean now) {
        Registration left;
        synchronized (this) {
            held = now;
            left = registration;
            registration = null;
        }
        if (left != null) {
            left.cancel();
        }
    }

    private synchronized boolean awaitSignal(long end) {
        try {
            for (long left = end - waiting.time().nanos();
                    !signalled && left > 0;
                    left = end - waiting.time().nanos()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
        boolean was = signalled;
        signalled = false;
        return was;
    }

    @Override
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

    @Override
    public boolean cancel() {
        return finish() != null;
    }

    /** Has it look again, because something other than the log has changed. No effect unless it waits. */
    public void signal() {
        synchronized (this) {
            if (finished || (listener == null && !held)) {
                return;
            }
            signalled = true;
            if (held) {
                notifyAll();
                return;
            }
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
