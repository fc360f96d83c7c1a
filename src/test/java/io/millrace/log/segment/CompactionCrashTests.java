package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogException;
import io.millrace.record.StoredRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left of a compacted topic when the process is stopped in the middle of its compaction, or the power goes. */
class CompactionCrashTests extends CompactionFixture {

    static IntStream seeds() {
        return IntStream.range(0, 150);
    }

    @Override
    long cleanerBufferBytes() {
        // So few keys that it often takes several goes.
        return 24 * 60;
    }

    /** Offsets go up, and none holds what was not put there. */
    private void checkOrder(Map<Long, String> put) {
        long last = -1;
        for (StoredRecord record : readAll()) {
            assertThat(record.offset()).isGreaterThan(last);
            last = record.offset();
            assertThat(text(record.key()) + "=" + text(record.value())).isEqualTo(put.get(last));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theNewestOfEachKeyIsAsInAModel(int seed) {
        RandomGenerator random = new Random(seed);
        create(Map.of(
                "delete.retention.ms",
                "5000",
                "durability",
                "fsync",
                "compression.type",
                List.of("producer", "lz4").get(seed % 2),
                "min.cleanable.dirty.ratio",
                seed % 3 == 0 ? "0.4" : "0"));
        Map<String, String> model = new TreeMap<>();
        Map<Long, String> put = new HashMap<>();
        for (int step = 0; step < 60; step++) {
            switch (random.nextInt(12)) {
                case 0 -> clean();
                case 1 -> stopInTheMiddle(random);
                case 2 -> {
                    engine.close();
                    engine = open();
                }
                case 3 -> pass(Duration.ofSeconds(random.nextInt(4)));
                case 4 -> engine.checkpoint();
                case 5 -> engine.retain(time.millis());
                default -> putSome(random, model, put);
            }
            assertThat(table()).isEqualTo(model);
            checkOrder(put);
        }
        assertThat(engine.offsets(PARTITION).highWatermark()).isEqualTo(put.size());
    }

    private void putSome(RandomGenerator random, Map<String, String> model, Map<Long, String> put) {
        for (int n = random.nextInt(1, 12); n > 0; n--) {
            String key = "k" + random.nextInt(12);
            String value = random.nextInt(5) == 0
                    ? null
                    : random.nextInt() + "x".repeat(random.nextInt(8) == 0 ? random.nextInt(6000) : 10);
            put.put(put(key, value), key + "=" + value);
            if (value == null) {
                model.remove(key);
            } else {
                model.put(key, value);
            }
        }
    }

    private void stopInTheMiddle(RandomGenerator random) {
        disk.stopAfter(random.nextInt(40));
        try {
            clean();
        } catch (LogException stopped) {
            // As it was to be.
        }
        if (random.nextBoolean()) {
            disk.kill();
        } else {
            disk.cutPower(random);
        }
        engine = open();
    }

    @Test
    void everyStepAtWhichItCanStopLeavesTheOldSegmentsOrTheNewAndNothingElse() {
        int steps = 0;
        boolean finished = false;
        while (!finished) {
            CompactionCrashTests attempt = new CompactionCrashTests();
            finished = attempt.stopsWellAt(steps);
            steps++;
        }
        assertThat(steps).isGreaterThan(15);
    }

    /** Answers whether all was done before that many steps. */
    private boolean stopsWellAt(int steps) {
        create(Map.of("durability", "fsync"));
        for (int i = 0; i < 150; i++) {
            put("k" + i % 7, "v" + i + "-".repeat(500));
        }
        engine.checkpoint();
        Map<String, String> before = table();
        long end = engine.offsets(PARTITION).highWatermark();
        disk.stopAfter(steps);
        boolean finished = true;
        try {
            clean();
        } catch (LogException stopped) {
            finished = false;
        }
        assertThat(table()).isEqualTo(before);
        disk.cutPower(new Random(steps));
        engine = open();
        assertThat(table()).isEqualTo(before);
        assertThat(engine.offsets(PARTITION).highWatermark()).isEqualTo(end);
        assertThat(names()).allMatch(name -> name.matches("\\d{20}\\.(log|index|timeindex)|requests.snapshot"));
        assertThat(engine.offsetForTimestamp(PARTITION, time.millis())).isLessThan(end);
        clean();
        assertThat(table()).isEqualTo(before);
        assertThat(put("k0", "next")).isEqualTo(end);
        return finished;
    }

    private Stream<String> names() {
        return disk.list(Path.of("/data/prices-0")).stream().map(path -> String.valueOf(path.getFileName()));
    }
}
