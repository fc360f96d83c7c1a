package io.millrace;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finishes what waited; a thread each, since a slow client must hold up nobody. */
final class WakeUps implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WakeUps.class);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Duration patience;

    /** @param patience how long what is under way may take when the server ends */
    WakeUps(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** Takes nothing more, and waits for what is under way; one that hangs must not keep the server from ending. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Some of what is under way does not end, and is left");
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
