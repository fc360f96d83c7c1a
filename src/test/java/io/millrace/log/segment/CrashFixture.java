package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.FetchPlan;
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
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** A topic on a disk whose power can be cut. */
abstract class CrashFixture {

    static final TopicName TOPIC = new TopicName("orders");
    static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    final CrashingDisk disk = new CrashingDisk();
    SegmentLogEngine engine = open();

    SegmentLogEngine open() {
        return SegmentLogEngine.open(disk, Path.of("/data"), "the test");
    }

    void create(String durability) {
        engine.createTopic(
                TOPIC, 1, TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384", "durability", durability)));
    }

    static DraftRecord record(RandomGenerator random, int number) {
        byte[] value = new byte[random.nextInt(10, 3000)];
        random.nextBytes(value);
        ByteBuffer.wrap(value).putInt(0, number);
        return new DraftRecord(
                number, ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(value), List.of(RecordHeader.text("h", "v")));
    }

    List<StoredRecord> readAll() {
        return engine.fetch(new FetchPlan(List.of(new Position(PARTITION, 0)), Integer.MAX_VALUE, Long.MAX_VALUE))
                .partitions()
                .getFirst()
                .records();
    }

    /** Appends until there is an end, and returns all values that were acknowledged. */
    void appendSome(RandomGenerator random, List<ByteBuffer> acknowledged) {
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

    void alter(int partitions, String setting, String value) {
        engine.alterTopic(
                TOPIC, partitions, TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384", setting, value)));
    }

    /** Checks that all that was acknowledged is left, and takes what is left beyond it as acknowledged from now on. */
    static void checkAndTake(List<StoredRecord> left, List<ByteBuffer> acknowledged) {
        assertThat(left).hasSizeGreaterThanOrEqualTo(acknowledged.size());
        for (int i = 0; i < left.size(); i++) {
            assertThat(left.get(i).offset()).isEqualTo(i);
            if (i < acknowledged.size()) {
                assertThat(left.get(i).value()).isEqualTo(acknowledged.get(i));
            } else {
                acknowledged.add(left.get(i).value());
            }
        }
    }

    /** Reads all there is, without a gap and as it was acknowledged by offset; returns where it ends. */
    long checkReadable(List<ByteBuffer> acknowledged) {
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
}
