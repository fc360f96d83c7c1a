package io.millrace.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.log.CleanerTally;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Tells what compaction has done: {@code millrace.log.cleaned.*}. */
public final class CleanerMetrics implements MeterBinder {

    private final Supplier<CleanerTally> cleaner;

    /** @param cleaner what was done up to the moment of asking */
    public CleanerMetrics(Supplier<CleanerTally> cleaner) {
        this.cleaner = cleaner;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        count(meters, "runs", "Partitions compacted", "runs", CleanerTally::runs);
        count(meters, "read", "Bytes of the segments that were compacted", "bytes", CleanerTally::bytesRead);
        count(meters, "kept", "Bytes of the segments that took their place", "bytes", CleanerTally::bytesKept);
        count(
                meters,
                "time",
                "Time spent compacting",
                "seconds",
                tally -> tally.nanos() / (double) TimeUnit.SECONDS.toNanos(1));
    }

    private void count(
            MeterRegistry meters, String name, String description, String unit, ToDoubleFunction<CleanerTally> value) {
        FunctionCounter.builder("millrace.log.cleaned." + name, cleaner, tally -> value.applyAsDouble(tally.get()))
                .description(description)
                .baseUnit(unit)
                .register(meters);
    }
}
