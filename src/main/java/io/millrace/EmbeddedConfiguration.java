package io.millrace;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.config.MillraceProperties;
import io.millrace.log.LocalShards;
import io.millrace.log.LogEngine;
import io.millrace.log.OutsideOffsets;
import io.millrace.log.RequestSettings;
import io.millrace.log.Shards;
import io.millrace.log.segment.FileDisk;
import io.millrace.log.segment.SegmentLogEngine;
import io.millrace.log.segment.SegmentSettings;
import io.millrace.metrics.CleanerMetrics;
import io.millrace.metrics.MeteredLogEngine;
import io.millrace.time.Time;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** The parts of a server that keeps its messages itself. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "millrace.engine", havingValue = "embedded", matchIfMissing = true)
class EmbeddedConfiguration {

    private static final Executor BACKGROUND =
            task -> Thread.ofPlatform().daemon().name("millrace-journal").start(task);

    @Bean
    SegmentLogEngine segmentLogEngine(MillraceProperties properties, RequestSettings requests, Time time) {
        SegmentSettings settings = new SegmentSettings(
                requests,
                properties.limits().minFreeBytes().toBytes(),
                properties.log().cleanerBuffer().toBytes(),
                SegmentSettings.JOURNAL_FILE_BYTES);
        String owner = "process %d, started %s\n"
                .formatted(ProcessHandle.current().pid(), Instant.ofEpochMilli(time.millis()));
        return SegmentLogEngine.open(new FileDisk(), properties.dataDir(), owner, settings, time, BACKGROUND);
    }

    @Bean(destroyMethod = "")
    @Primary
    LogEngine logEngine(SegmentLogEngine engine, MeterRegistry meters, Time time) {
        return new MeteredLogEngine(engine, meters, time);
    }

    @Bean
    CleanerMetrics cleanerMetrics(SegmentLogEngine engine) {
        return new CleanerMetrics(engine::cleaned);
    }

    @Bean
    Shards shards(LogEngine log) {
        return new LocalShards(log);
    }

    @Bean
    OutsideOffsets outsideOffsets() {
        return OutsideOffsets.NONE;
    }
}
