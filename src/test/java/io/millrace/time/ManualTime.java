package io.millrace.time;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock and a timer that move only by hand; what is due runs on the thread that moves them. */
public final class ManualTime implements Time, Timer {

    private static final class Task implements Scheduled {
        private final long dueNanos;
        private final long order;
        private final Runnable run;
        private boolean cancelled;

        private Task(long dueNanos, long order, Runnable run) {
            this.dueNanos = dueNanos;
            this.order = order;
            this.run = run;
        }

        long dueNanos() {
            return dueNanos;
        }

        long order() {
            return order;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::order));
    // Apart on purpose: code that mixes the two clocks up fails.
    private long nanos = 7_000_000_000L;
    private long millis = 1_700_000_000_000L;
    private long scheduled;

    @Override
    public synchronized long millis() {
        return millis;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Scheduled schedule(Duration delay, Runnable run) {
        Task task = new Task(nanos + delay.toNanos(), scheduled++, run);
        tasks.add(task);
        return task;
    }

    /** Lets time pass; tasks run in the order in which they are due, each at its time. */
    public void advance(Duration by) {
        long end = nanos() + by.toNanos();
        for (Task task = nextDue(end); task != null; task = nextDue(end)) {
            if (!task.cancelled) {
                task.run.run();
            }
        }
        moveTo(end);
    }

    private synchronized Task nextDue(long end) {
        if (tasks.isEmpty() || tasks.peek().dueNanos > end) {
            return null;
        }
        Task task = tasks.poll();
        moveTo(Math.max(nanos, task.dueNanos));
        return task;
    }

    private synchronized void moveTo(long newNanos) {
        millis += (newNanos - nanos) / 1_000_000;
        nanos = newNanos;
    }

    @Override
    public synchronized void close() {
        tasks.clear();
    }
}
