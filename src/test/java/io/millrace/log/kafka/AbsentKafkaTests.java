package io.millrace.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.log.LogException;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A server may start before its cluster, and outlives its absence. */
class AbsentKafkaTests {

    private static final TopicName ORDERS = new TopicName("orders");

    @Test
    void callsAreRefusedWhileTheClusterIsAwayAndServedWhenItIsBack() {
        try (KafkaCluster kafka = KafkaCluster.start(1)) {
            kafka.kill(1);
            try (KafkaLogEngine engine = new KafkaLogEngine(
                    new KafkaSettings(
                            kafka.bootstrapServers(),
                            Map.of(),
                            (short) -1,
                            Duration.ofSeconds(3),
                            Duration.ofMillis(200),
                            2,
                            1 << 20),
                    new SimpleMeterRegistry(),
                    Time.system())) {
                assertThat(engine.isReady()).isFalse();
                assertThatThrownBy(engine::topics)
                        .isInstanceOf(LogException.Unavailable.class)
                        .hasMessageContaining(kafka.bootstrapServers());

                kafka.up();
                await(engine::isReady);
                engine.createTopic(ORDERS, 1, TopicSettings.DEFAULTS);
                append(engine);

                kafka.kill(1);
                assertThatThrownBy(() -> append(engine)).isInstanceOf(LogException.Unavailable.class);
                await(() -> !engine.isReady());

                kafka.up();
                await(engine::isReady);
                append(engine);
            }
        }
    }

    private static void append(KafkaLogEngine engine) {
        engine.append(
                        new TopicPartition(ORDERS, 0),
                        List.of(new DraftRecord(1, null, ByteBuffer.wrap(new byte[] {1}), List.of())))
                .await();
    }

    private static void await(BooleanSupplier condition) {
        for (int i = 0; i < 6000 && !condition.getAsBoolean(); i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
