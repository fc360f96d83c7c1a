package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.AppendTerms;
import io.millrace.log.FetchPlan;
import io.millrace.log.LogException;
import io.millrace.log.Position;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.ProducerStamp;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What compaction takes and what it leaves. */
class CompactionTests extends CompactionFixture {

    @Test
    void ofEachKeyTheNewestStaysUnderItsOffset() {
        create(Map.of());
        put("a", "1");
        long b = put("b", "1");
        long a = put("a", "2");
        seal();
        clean();
        assertThat(readAll().subList(0, 2)).extracting(StoredRecord::offset).containsExactly(b, a);
        assertThat(read("a")).containsExactly("2");
        assertThat(read("b")).containsExactly("1");
        assertThat(engine.offsets(PARTITION).logStartOffset()).isZero();
    }

    @Test
    void theSegmentThatIsWrittenToIsLeftAlone() {
        create(Map.of());
        put("a", "1");
        put("a", "2");
        clean();
        assertThat(read("a")).containsExactly("1", "2");
    }

    @Test
    void aNewerValueInTheLastSegmentDoesNotCountYet() {
        create(Map.of());
        put("a", "1");
        seal();
        put("a", "2");
        clean();
        assertThat(read("a")).containsExactly("1", "2");
    }

    @Test
    void smallSegmentsBecomeOne() {
        create(Map.of());
        for (int i = 0; i < 200; i++) {
            put("k" + i % 5, "x".repeat(1000));
        }
        long before = segmentFiles();
        clean();
        assertThat(before).isGreaterThan(10);
        assertThat(segmentFiles()).isLessThan(4);
        assertThat(engine.offsets(PARTITION).sizeInBytes()).isLessThan(40_000);
        assertThat(put("k0", "next")).isEqualTo(200);
    }

    private long segmentFiles() {
        return disk.list(Path.of("/data/prices-0")).stream()
                .filter(path -> Segment.baseOffsetOf(path) >= 0)
                .count();
    }

    @Test
    void aSecondCleaningTakesWhatTheFirstLeft() {
        create(Map.of());
        put("a", "1");
        seal();
        clean();
        put("a", "2");
        seal();
        clean();
        assertThat(read("a")).containsExactly("2");
    }

    @Test
    void aTombstoneTakesItsKeyAwayAndStaysForItsTime() {
        create(Map.of("delete.retention.ms", "60000"));
        put("a", "1");
        put("a", null);
        seal();
        clean();
        assertThat(read("a")).containsExactly("null");

        pass(Duration.ofSeconds(59));
        put("b", "1");
        seal();
        clean();
        assertThat(read("a")).containsExactly("null");

        pass(Duration.ofSeconds(2));
        put("b", "2");
        seal();
        clean();
        assertThat(read("a")).isEmpty();
        assertThat(read("b")).containsExactly("2");
    }

    @Test
    void theTimeOfATombstoneOutlastsARestart() {
        create(Map.of("delete.retention.ms", "60000"));
        put("a", null);
        seal();
        clean();
        engine.close();
        engine = open();
        pass(Duration.ofSeconds(61));
        seal();
        clean();
        assertThat(read("a")).isEmpty();
    }

    @Test
    void messagesStayForTheMinimumLag() {
        create(Map.of("min.compaction.lag.ms", "60000"));
        put("a", "1");
        put("a", "2");
        seal();
        clean();
        assertThat(read("a")).containsExactly("1", "2");
        pass(Duration.ofSeconds(61));
        clean();
        assertThat(read("a")).containsExactly("2");
    }

    @Test
    void aLogThatIsCleanEnoughIsLeft() {
        create(Map.of("min.cleanable.dirty.ratio", "0.5"));
        for (int i = 0; i < 30; i++) {
            put("k" + i, "x".repeat(2000));
        }
        seal();
        clean();
        put("k0", "1");
        put("k0", "2");
        seal();
        clean();
        assertThat(read("k0")).hasSize(3);
        for (int i = 0; i < 30; i++) {
            put("k1", "x".repeat(2000));
        }
        seal();
        clean();
        assertThat(read("k0")).containsExactly("2");
    }

    @Test
    void theMaximumLagHasItCleanedAllTheSameAndItsSegmentClosed() {
        create(Map.of("min.cleanable.dirty.ratio", "1", "max.compaction.lag.ms", "60000"));
        put("a", "1");
        put("a", "2");
        engine.retain(time.millis());
        clean();
        assertThat(read("a")).containsExactly("1", "2");
        pass(Duration.ofSeconds(61));
        engine.retain(time.millis());
        clean();
        assertThat(read("a")).containsExactly("2");
    }

    @Test
    void bothPoliciesTogetherAlsoDeleteByAge() {
        create(Map.of("cleanup.policy", "compact,delete", "retention.ms", "60000"));
        put("a", "1");
        put("a", "2");
        seal();
        clean();
        assertThat(read("a")).containsExactly("2");
        pass(Duration.ofSeconds(61));
        seal();
        engine.retain(time.millis());
        assertThat(read("a")).isEmpty();
        assertThat(engine.offsets(PARTITION).logStartOffset()).isPositive();
    }

    @Test
    void messagesWithoutAKeyThatWereThereBeforeGo() {
        create(Map.of("cleanup.policy", "delete"));
        engine.append(PARTITION, List.of(draft(null, "nobody's"))).await();
        put("a", "1");
        seal();
        engine.alterTopic(
                TOPIC, 1, engine.topic(TOPIC).orElseThrow().settings().with(Map.of("cleanup.policy", "compact")));
        clean();
        assertThat(readAll()).extracting(record -> text(record.key())).doesNotContainNull();
        assertThat(read("a")).containsExactly("1");
    }

    @Test
    void aMessageWithoutAKeyIsRefusedAndNothingOfItsAppendStored() {
        create(Map.of());
        List<DraftRecord> records = List.of(draft("a", "1"), draft(null, "2"));
        assertThatThrownBy(() -> engine.append(PARTITION, records))
                .isInstanceOf(LogException.RecordWithoutKey.class)
                .hasMessageContaining("cleanup.policy");
        assertThat(readAll()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"uncompressed", "gzip", "snappy", "lz4", "zstd"})
    void compressedBatchesKeepTheirCompressionHeadersAndTimestamps(String compression) {
        create(Map.of("compression.type", compression));
        List<DraftRecord> records = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            records.add(new DraftRecord(
                    i,
                    draft("k" + i % 50, "").key(),
                    draft("", "v" + i).value(),
                    List.of(RecordHeader.text("h", "v" + i))));
        }
        engine.append(PARTITION, records).await();
        seal();
        clean();
        List<StoredRecord> left = readAll().subList(0, 50);
        assertThat(left).extracting(StoredRecord::offset).containsExactlyElementsOf(offsets(50, 100));
        assertThat(left).extracting(StoredRecord::timestamp).containsExactlyElementsOf(offsets(50, 100));
        assertThat(left.getFirst().headers()).containsExactly(RecordHeader.text("h", "v50"));
    }

    private static List<Long> offsets(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> (long) i).toList();
    }

    @Test
    void timestampsAreFoundAmongWhatIsLeft() {
        create(Map.of());
        long start = time.millis();
        for (int i = 0; i < 100; i++) {
            put("k" + i % 10, "x".repeat(500));
            pass(Duration.ofMillis(10));
        }
        seal();
        clean();
        assertThat(engine.offsetForTimestamp(PARTITION, start)).isEqualTo(90);
        assertThat(engine.offsetForTimestamp(PARTITION, start + 955)).isEqualTo(96);
        engine.close();
        engine = open();
        assertThat(engine.offsetForTimestamp(PARTITION, start + 955)).isEqualTo(96);
    }

    @Test
    void aReadFromAnOffsetThatHasGoneBeginsAtTheNext() {
        create(Map.of());
        for (int i = 0; i < 50; i++) {
            put("a", "v" + i);
        }
        seal();
        clean();
        var page = engine.fetch(new FetchPlan(List.of(new Position(PARTITION, 10)), 1, 1 << 20))
                .partitions()
                .getFirst();
        assertThat(page.records()).extracting(StoredRecord::offset).containsExactly(49L);
        assertThat(page.nextOffset()).isEqualTo(50);
    }

    @Test
    void theEndStaysWhereItIsWhenAllBelowItHasGone() {
        create(Map.of("delete.retention.ms", "0", "segment.ms", "1000"));
        put("a", "1");
        put("a", null);
        engine.retain(time.millis());
        pass(Duration.ofSeconds(2));
        engine.retain(time.millis());
        clean();
        pass(Duration.ofSeconds(2));
        put("b", null);
        engine.retain(time.millis());
        pass(Duration.ofSeconds(2));
        engine.retain(time.millis());
        clean();
        pass(Duration.ofSeconds(2));
        engine.checkpoint();
        disk.kill();
        engine = open();
        assertThat(engine.offsets(PARTITION).highWatermark()).isEqualTo(3);
        assertThat(read("a")).isEmpty();
        assertThat(put("c", "1")).isEqualTo(3);
    }

    @Test
    void aProducersNumbersAreKnownAfterItsMessagesHaveGone() {
        create(Map.of());
        ProducerStamp stamp = new ProducerStamp(7, (short) 0, 0);
        AppendTerms terms = new AppendTerms(AppendTerms.ANY_OFFSET, stamp);
        engine.append(PARTITION, List.of(draft("a", "1")), terms).await();
        put("a", "2");
        seal();
        clean();
        disk.kill();
        engine = open();
        assertThat(engine.append(PARTITION, List.of(draft("a", "1")), terms)
                        .await()
                        .isRepeat())
                .isTrue();
        assertThat(read("a")).containsExactly("2");
    }

    @Test
    void aFullDiskPutsItOffAndLeavesNothingBehind() {
        create(Map.of());
        put("a", "1");
        put("a", "2");
        seal();
        engine.checkpoint();
        List<Path> before = disk.list(Path.of("/data/prices-0"));
        disk.setFreeBytes(10_000);
        assertThatThrownBy(this::clean).isInstanceOf(LogException.StorageFull.class);
        assertThat(disk.list(Path.of("/data/prices-0"))).containsExactlyInAnyOrderElementsOf(before);
        disk.setFreeBytes(Long.MAX_VALUE);
        clean();
        assertThat(read("a")).containsExactly("2");
    }

    @ParameterizedTest
    @ValueSource(ints = {68, 70})
    void aDamagedPartitionIsToldOfOnceAndHoldsUpNoOther(int position) {
        create(Map.of());
        TopicSettings settings = engine.topic(TOPIC).orElseThrow().settings();
        engine.alterTopic(TOPIC, 2, settings);
        put("a", "1");
        put("a", "2");
        seal();
        engine.checkpoint();
        // In the value of the first message, and in the offset of the second, which no checksum is over.
        try (Disk.File file = disk.open(Segment.path(Path.of("/data/prices-0"), 0))) {
            file.write(ByteBuffer.wrap(new byte[] {99}), position);
        }
        TopicPartition other = new TopicPartition(TOPIC, 1);
        engine.append(other, List.of(draft("a", "1"), draft("a", "2"))).await();
        for (int i = 0; i < 2; i++) {
            engine.append(other, List.of(draft("filler", "abcdefgh".repeat(2000))))
                    .await();
        }
        assertThatThrownBy(this::clean)
                .isInstanceOf(LogException.Corrupt.class)
                .hasMessageContaining("Partition 0 of topic 'prices'");
        assertThat(engine.fetch(new FetchPlan(List.of(new Position(other, 0)), 1, 1 << 20))
                        .partitions()
                        .getFirst()
                        .records())
                .extracting(StoredRecord::offset)
                .containsExactly(1L);
        clean();
    }
}
