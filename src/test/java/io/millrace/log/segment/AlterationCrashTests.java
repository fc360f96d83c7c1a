package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left of altered topics and trimmed logs when the process is killed, the power goes, or the disk is full. */
class AlterationCrashTests extends CrashFixture {

    @ParameterizedTest
    @MethodSource("seeds")
    void whatWasTrimmedStaysAwayAfterPowerLossAndOffsetsGoOn(int seed) {
        RandomGenerator random = new Random(seed);
        create("fsync");
        List<ByteBuffer> acknowledged = new ArrayList<>();
        long start = 0;
        for (int round = 0; round < 6; round++) {
            appendSome(random, acknowledged);
            if (random.nextBoolean()) {
                start = Math.max(start, random.nextLong(acknowledged.size() + 1L));
                long before = random.nextInt(4) == 0 ? LogEngine.HIGH_WATERMARK : start;
                start = engine.trim(PARTITION, before);
            }
            if (random.nextBoolean()) {
                engine.retain(0);
            }
            disk.cutPower(random);
            engine = open();
            assertThat(engine.offsets(PARTITION).logStartOffset()).isEqualTo(start);
            assertThat(checkReadable(acknowledged)).isEqualTo(acknowledged.size());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void offsetsThatWereTrimmedBeforeTheyWereForcedDoNotComeAgain(int seed) {
        RandomGenerator random = new Random(seed);
        create("written");
        long start = 0;
        for (int round = 0; round < 4; round++) {
            appendSome(random, new ArrayList<>());
            start = engine.trim(PARTITION, LogEngine.HIGH_WATERMARK);
            appendSome(random, new ArrayList<>());
            disk.cutPower(random);
            engine = open();
            PartitionOffsets ends = engine.offsets(PARTITION);
            assertThat(ends.logStartOffset()).isEqualTo(start);
            assertThat(ends.highWatermark()).isGreaterThanOrEqualTo(start);
        }
        assertThat(engine.append(PARTITION, List.of(record(random, 1))).await().offset(0))
                .isEqualTo(engine.offsets(PARTITION).highWatermark() - 1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsPromisedAfterDurabilityWasRaisedIsKept(int seed) {
        RandomGenerator random = new Random(seed);
        create("written");
        List<ByteBuffer> acknowledged = new ArrayList<>();
        appendSome(random, acknowledged);
        alter(1, "durability", "fsync");
        appendSome(random, acknowledged);
        disk.cutPower(random);
        engine = open();
        assertThat(checkReadable(acknowledged)).isEqualTo(acknowledged.size());
    }

    @Test
    void whatWasPromisedBeforeDurabilityWasLoweredIsKept() {
        create("fsync");
        RandomGenerator random = new Random(1);
        LogEngine.Append pending = engine.append(PARTITION, List.of(record(random, 0)));
        alter(1, "durability", "written");
        int forces = disk.forces();
        pending.await();
        assertThat(disk.forces()).isEqualTo(forces);
        disk.cutPower(new Random(1));
        engine = open();
        assertThat(readAll()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anAlterationThatWasAnsweredSurvivesPowerLoss(int seed) {
        create("fsync");
        alter(3, "retention.ms", "7");
        disk.cutPower(new Random(seed));
        engine = open();
        assertThat(engine.topic(TOPIC).orElseThrow().partitions()).isEqualTo(3);
        assertThat(engine.topic(TOPIC).orElseThrow().settings().retentionMs()).isEqualTo(7);
        TopicPartition last = new TopicPartition(TOPIC, 2);
        assertThat(engine.append(last, List.of(record(new Random(1), 0)))
                        .await()
                        .offset(0))
                .isZero();
    }

    @Test
    void aGrowthThatDidNotFinishLeavesTheTopicAsItWasAndCanBeTriedAgain() {
        create("fsync");
        engine.append(PARTITION, List.of(record(new Random(1), 0))).await();
        disk.setFreeBytes(20);
        assertThatThrownBy(() -> alter(3, "retention.ms", "7")).isInstanceOf(LogException.StorageFull.class);
        assertThat(engine.topic(TOPIC).orElseThrow().partitions()).isEqualTo(1);
        disk.kill();
        disk.setFreeBytes(Long.MAX_VALUE);
        engine = open();
        assertThat(engine.topic(TOPIC).orElseThrow().partitions()).isEqualTo(1);
        assertThat(readAll()).hasSize(1);
        alter(3, "retention.ms", "7");
        assertThat(engine.offsets(new TopicPartition(TOPIC, 2)).highWatermark()).isZero();
    }

    @Test
    void aSegmentThatCouldNotBeBegunDoesNotCutTheLogAtTheNextStart() {
        create("fsync");
        List<ByteBuffer> acknowledged = new ArrayList<>();
        RandomGenerator random = new Random(1);
        appendSome(random, acknowledged);
        alter(1, "segment.ms", "1");
        disk.setFreeBytes(0);
        engine.retain(1000);
        engine.retain(2000);
        disk.setFreeBytes(Long.MAX_VALUE);
        appendSome(random, acknowledged);
        disk.kill();
        engine = open();
        assertThat(checkReadable(acknowledged)).isEqualTo(acknowledged.size());
    }
}
