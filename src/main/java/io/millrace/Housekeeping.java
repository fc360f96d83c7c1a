package io.millrace;

import io.millrace.config.MillraceProperties;
import io.millrace.log.LogException;
import io.millrace.log.segment.SegmentLogEngine;
import io.millrace.metrics.LagMetrics;
import io.millrace.time.Time;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Does from time to time what nobody waits for, on threads of its own: it meets the disk. Compaction, which may take long, has
 * one for itself.
 */
@Component
final class Housekeeping implements SmartInitializingSingleton, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final ObjectProvider<SegmentLogEngine> embedded;
    private final LagMetrics lag;
    private final Time time;
    private final long intervalMillis;
    private final long cleanerMillis;
    private final ScheduledExecutorService thread = thread("millrace-housekeeping");
    private final ScheduledExecutorService cleaner = thread("millrace-cleaner");

    Housekeeping(ObjectProvider<SegmentLogEngine> embedded, LagMetrics lag, Time time, MillraceProperties properties) {
        this.embedded = embedded;
        this.lag = lag;
        this.time = time;
        this.intervalMillis = properties.log().checkpointInterval().toMillis();
        this.cleanerMillis = properties.log().cleanerInterval().toMillis();
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    @Override
    public void afterSingletonsInstantiated() {
        Future<?> _ = thread.scheduleWithFixedDelay(this::run, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
        Future<?> _ = cleaner.scheduleWithFixedDelay(this::clean, cleanerMillis, cleanerMillis, TimeUnit.MILLISECONDS);
    }

    private void clean() {
        embedded.ifAvailable(engine -> attempt(() -> engine.clean(time.millis())));
    }

    private void run() {
        embedded.ifAvailable(engine -> {
            // First what makes room on a disk that may be full.
            attempt(() -> engine.retain(time.millis()));
            attempt(engine::checkpoint);
        });
        attempt(lag::refresh);
    }

    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (LogException failure) {
            LOG.error("Housekeeping failed and will be tried again: {}", failure.getMessage());
        } catch (RuntimeException failure) {
            LOG.error("Housekeeping failed and will be tried again", failure);
        }
    }

    @Override
    public void destroy() throws InterruptedException {
        // No interrupt: it would close the file that is being written.
        thread.shutdown();
        // What it is at is left off when the log is closed.
        cleaner.shutdown();
        if (!thread.awaitTermination(30, TimeUnit.SECONDS)) {
            LOG.warn("Housekeeping is still under way");
        }
    }
}
