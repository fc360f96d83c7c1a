package io.millrace.log.segment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.Position;
import io.millrace.log.RequestSettings;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.ManualTime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A compacted topic with small segments, on a disk that can fail. */
abstract class CompactionFixture {

    static final TopicName TOPIC = new TopicName("prices");
    static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    final CrashingDisk disk = new CrashingDisk();
    private final RandomGenerator random = new Random(1);
    final ManualTime time = new ManualTime();
    SegmentLogEngine engine = open();

    SegmentLogEngine open() {
        return SegmentLogEngine.open(
                disk,
                Path.of("/data"),
                "the test",
                new SegmentSettings(RequestSettings.DEFAULTS, 0, cleanerBufferBytes(), 1 << 20),
                time,
                Runnable::run);
    }

    long cleanerBufferBytes() {
        return 1 << 20;
    }

    /** Makes the topic, compacted at every call, unless settings say otherwise. */
    void create(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "cleanup.policy",
                "compact",
                "segment.bytes",
                "16384",
                "min.cleanable.dirty.ratio",
                "0",
                "durability",
                "written"));
        all.putAll(settings);
        engine.createTopic(TOPIC, 1, TopicSettings.DEFAULTS.with(all));
    }

    DraftRecord draft(@Nullable String key, @Nullable String value) {
        return new DraftRecord(time.millis(), buffer(key), buffer(value), List.of());
    }

    private static @Nullable ByteBuffer buffer(@Nullable String text) {
        return text == null ? null : ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    static @Nullable String text(@Nullable ByteBuffer buffer) {
        return buffer == null ? null : UTF_8.decode(buffer.duplicate()).toString();
    }

    long put(String key, @Nullable String value) {
        return engine.append(PARTITION, List.of(draft(key, value))).await().offset(0);
    }

    /** Has what was put be in sealed segments; leaves one value, hard to compress, of a key of its own. */
    void seal() {
        for (int i = 0; i < 2; i++) {
            byte[] value = new byte[16_000];
            random.nextBytes(value);
            DraftRecord filler = new DraftRecord(time.millis(), buffer("filler"), ByteBuffer.wrap(value), List.of());
            engine.append(PARTITION, List.of(filler)).await();
        }
    }

    void clean() {
        engine.clean(time.millis());
    }

    void pass(Duration duration) {
        time.advance(duration);
    }

    List<StoredRecord> readAll() {
        List<StoredRecord> all = new ArrayList<>();
        long next = engine.offsets(PARTITION).logStartOffset();
        long end = engine.offsets(PARTITION).highWatermark();
        while (next < end) {
            FetchedPartition page = engine.fetch(new FetchPlan(List.of(new Position(PARTITION, next)), 7, 1 << 20))
                    .partitions()
                    .getFirst();
            all.addAll(page.records());
            next = page.nextOffset();
        }
        return all;
    }

    List<String> read(String key) {
        return readAll().stream()
                .filter(record -> key.equals(text(record.key())))
                .map(record -> String.valueOf(text(record.value())))
                .toList();
    }

    /** What a reader from the start ends up with. */
    Map<String, String> table() {
        Map<String, String> table = new TreeMap<>();
        for (StoredRecord record : readAll()) {
            if (record.value() == null) {
                table.remove(text(record.key()));
            } else {
                table.put(String.valueOf(text(record.key())), String.valueOf(text(record.value())));
            }
        }
        return table;
    }
}
