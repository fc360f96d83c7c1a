package io.millrace.move;

import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Tells how far the work is, at most once a second. */
final class Progress {

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PrintStream out;
    private final Time time;
    private long toldNanos;

    Progress(PrintStream out, Time time) {
        this.out = out;
        this.time = time;
        this.toldNanos = time.nanos();
    }

    /**
     * Hears how far it is.
     *
     * @param suffix what is done with the messages, where it is not the moving itself
     */
    void at(TopicPartition partition, long done, long all, String suffix) {
        long now = time.nanos();
        if (now - toldNanos >= INTERVAL_NANOS) {
            toldNanos = now;
            out.printf(Locale.ROOT, "%s: %,d of %,d messages%s%n", partition, done, Math.max(done, all), suffix);
        }
    }
}
