package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogException;
import io.millrace.log.RequestSettings;
import io.millrace.log.TopicSettings;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A disk on which a million bytes are to stay free. */
class FreeSpaceTests extends CrashFixture {

    private static final long MIN = 1_000_000;

    private final ManualTime time = new ManualTime();
    private final Random random = new Random(1);

    @BeforeEach
    void openGuarded() {
        engine.close();
        disk.setFreeBytes(2 * MIN);
        engine = SegmentLogEngine.open(
                disk,
                Path.of("/data"),
                "the test",
                new SegmentSettings(RequestSettings.DEFAULTS, MIN, 1 << 20, 1 << 20),
                time,
                Runnable::run);
        create("fsync");
    }

    private void free(long bytes) {
        disk.setFreeBytes(bytes);
        time.advance(Duration.ofSeconds(1));
    }

    private void append() {
        engine.append(PARTITION, List.of(record(random, 0))).await();
    }

    @Test
    void whatWouldUseUpTheReserveIsRefusedWithTheSettingAndStoresNothing() {
        append();
        free(MIN + 5);
        assertThatThrownBy(this::append)
                .isInstanceOf(LogException.StorageFull.class)
                .hasMessageContaining("millrace.limits.min-free-bytes=1000000")
                .hasMessageContaining("1000005 bytes free");
        assertThat(readAll()).hasSize(1);
    }

    @Test
    void producingGoesOnByItselfWhenThereIsSpace() {
        free(MIN);
        assertThatThrownBy(this::append).isInstanceOf(LogException.StorageFull.class);
        free(MIN + 100_000);
        append();
        assertThat(readAll()).hasSize(1);
    }

    @Test
    void whatIsWrittenBetweenTwoLooksCounts() {
        free(MIN + 10_000);
        int stored = 0;
        try {
            while (stored < 1000) {
                append();
                stored++;
            }
        } catch (LogException.StorageFull enough) {
            assertThat(stored).isBetween(3, 100);
            return;
        }
        assertThat(stored).as("no end").isZero();
    }

    @Test
    void topicsAreNotMadeFromTheReserveButDeleted() {
        free(MIN - 1);
        TopicName other = new TopicName("other");
        assertThatThrownBy(() -> engine.createTopic(other, 1, TopicSettings.DEFAULTS))
                .isInstanceOf(LogException.StorageFull.class);
        assertThatThrownBy(() -> alter(2, "retention.ms", "1")).isInstanceOf(LogException.StorageFull.class);
        assertThat(engine.topic(other)).isEmpty();
        alter(1, "retention.ms", "1");
        engine.deleteTopic(TOPIC);
        assertThat(engine.topics()).isEmpty();
    }

    @Test
    void theServersOwnTopicsUseTheReserve() {
        free(10_000);
        TopicName own = new TopicName("__millrace_groups");
        engine.createTopic(own, 1, TopicSettings.DEFAULTS);
        assertThat(engine.append(new TopicPartition(own, 0), List.of(record(random, 0)))
                        .await()
                        .offset(0))
                .isZero();
    }

    @Test
    void readsGoOn() {
        append();
        free(0);
        assertThat(readAll()).hasSize(1);
    }
}
