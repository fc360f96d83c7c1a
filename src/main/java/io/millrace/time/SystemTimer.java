package io.millrace.time;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A {@link Timer} on one daemon thread. */
public final class SystemTimer implements Timer {

    private final ScheduledThreadPoolExecutor executor;

    public SystemTimer(String threadName) {
        this.executor = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread thread = Executors.defaultThreadFactory().newThread(task);
                    thread.setName(threadName);
                    thread.setDaemon(true);
                    return thread;
                },
                (task, pool) -> {});
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        Future<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
