package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.FetchPlan;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left when the process is killed, the power goes, or the disk fails. */
class CrashTests {

    private static final TopicName TOPIC = new TopicName("orders");
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    private final CrashingDisk disk = new CrashingDisk();
    private SegmentLogEngine engine = open();

    private SegmentLogEngine open() {
        return SegmentLogEngine.open(disk, Path.of("/data"), "the test");
    }

    private void create(String durability) {
        engine.createTopic(
                TOPIC, 1, TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384", "durability", durability)));
    }

    private static DraftRecord record(RandomGenerator random, int number) {
        byte[] value = new byte[random.nextInt(10, 3000)];
        random.nextBytes(value);
        ByteBuffer.wrap(value).putInt(0, number);
        return new DraftRecord(
                number, ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(value), List.of(RecordHeader.text("h", "v")));
    }

    private List<StoredRecord> readAll() {
        return engine.fetch(new FetchPlan(List.of(new Position(PARTITION, 0)), Integer.MAX_VALUE, Long.MAX_VALUE))
                .partitions()
                .getFirst()
                .records();
    }

    /** Appends until there is an end, and returns all values that were acknowledged. */
    private void appendSome(RandomGenerator random, List<ByteBuffer> acknowledged) {
        int appends = random.nextInt(40);
        for (int i = 0; i < appends; i++) {
            List<DraftRecord> records = new ArrayList<>();
            for (int n = random.nextInt(1, 5); n > 0; n--) {
                records.add(record(random, acknowledged.size() + records.size()));
            }
            engine.append(PARTITION, records).await();
            records.forEach(r -> acknowledged.add(r.value()));
            if (random.nextInt(10) == 0) {
                engine.checkpoint();
            }
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, 150);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatWasForcedSurvivesPowerLossAndTheLogGoesOn(int seed) {
        RandomGenerator random = new Random(seed);
        create("fsync");
        List<ByteBuffer> acknowledged = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            appendSome(random, acknowledged);
            if (random.nextBoolean()) {
                // Written, never acknowledged: may be there or not.
                engine.append(PARTITION, List.of(record(random, 999)));
            }
            disk.cutPower(random);
            engine = open();
            List<StoredRecord> left = readAll();
            assertThat(left.size()).isGreaterThanOrEqualTo(acknowledged.size());
            for (int i = 0; i < left.size(); i++) {
                assertThat(left.get(i).offset()).isEqualTo(i);
                if (i < acknowledged.size()) {
                    assertThat(left.get(i).value()).isEqualTo(acknowledged.get(i));
                } else {
                    acknowledged.add(left.get(i).value());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatWasWrittenSurvivesAKill(int seed) {
        RandomGenerator random = new Random(seed);
        create("written");
        List<ByteBuffer> acknowledged = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            appendSome(random, acknowledged);
            if (random.nextBoolean()) {
                engine.close();
            }
            disk.kill();
            engine = open();
            assertThat(readAll()).extracting(StoredRecord::value).containsExactlyElementsOf(acknowledged);
        }
    }

    @Test
    void timestampsAreFoundAfterACrashRebuiltTheIndexes() {
        create("written");
        RandomGenerator random = new Random(1);
        appendSome(new Random(5), new ArrayList<>());
        List<ByteBuffer> all = new ArrayList<>();
        readAll().forEach(r -> all.add(r.value()));
        appendSome(random, all);
        disk.kill();
        engine = open();
        for (int i = 0; i < all.size(); i++) {
            assertThat(engine.offsetForTimestamp(PARTITION, i)).isEqualTo(i);
        }
    }

    @Test
    void aFullDiskRefusesTheAppendStoresNothingAndGoesOnWhenThereIsRoom() {
        create("fsync");
        RandomGenerator random = new Random(1);
        engine.append(PARTITION, List.of(record(random, 0))).await();
        disk.setFreeBytes(20);
        assertThatThrownBy(() -> engine.append(PARTITION, List.of(record(random, 1))))
                .isInstanceOf(LogException.StorageFull.class);
        assertThat(readAll()).hasSize(1);
        disk.setFreeBytes(Long.MAX_VALUE);
        assertThat(engine.append(PARTITION, List.of(record(random, 2))).await().offset(0))
                .isEqualTo(1);
        assertThat(readAll()).hasSize(2);
    }

    @Test
    void aFailedForceIsFatalForThePartitionUntilRecovery() {
        create("fsync");
        RandomGenerator random = new Random(1);
        engine.append(PARTITION, List.of(record(random, 0))).await();
        disk.failForces(true);
        LogEngine.Append lost = engine.append(PARTITION, List.of(record(random, 1)));
        assertThatThrownBy(lost::await).isInstanceOf(LogException.StorageFailed.class);
        disk.failForces(false);
        assertThatThrownBy(lost::await).isInstanceOf(LogException.StorageFailed.class);
        assertThatThrownBy(() -> engine.append(PARTITION, List.of(record(random, 2))))
                .isInstanceOf(LogException.StorageFailed.class)
                .hasMessageContaining("restarted");
        assertThat(readAll()).hasSize(1);

        engine.close();
        engine = open();
        engine.append(PARTITION, List.of(record(random, 3))).await();
        assertThat(readAll().size()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aRecordThatIsNotForcedYetIsNotReadable() {
        create("fsync");
        LogEngine.Append append = engine.append(PARTITION, List.of(record(new Random(1), 0)));
        assertThat(readAll()).isEmpty();
        append.await();
        assertThat(readAll()).hasSize(1);
    }

    @Test
    void aTopicWhoseCreationWasAnsweredSurvivesPowerLoss() {
        create("fsync");
        disk.cutPower(new Random(3));
        engine = open();
        assertThat(engine.topic(TOPIC)).isPresent();
        engine.append(PARTITION, List.of(record(new Random(1), 0))).await();
        assertThat(readAll()).hasSize(1);
    }

    private void alter(int partitions, String setting, String value) {
        engine.alterTopic(
                TOPIC, partitions, TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384", setting, value)));
    }

    /** Values of the records that are there, by offset, once they were seen to have no gap. */
    private long checkReadable(List<ByteBuffer> acknowledged) {
        PartitionOffsets ends = engine.offsets(PARTITION);
        List<StoredRecord> left = engine.fetch(new FetchPlan(
                        List.of(new Position(PARTITION, ends.logStartOffset())), Integer.MAX_VALUE, Long.MAX_VALUE))
                .partitions()
                .getFirst()
                .records();
        assertThat(left).hasSize((int) (ends.highWatermark() - ends.logStartOffset()));
        for (StoredRecord record : left) {
            assertThat(record.value()).isEqualTo(acknowledged.get((int) record.offset()));
        }
        return ends.highWatermark();
    }

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
