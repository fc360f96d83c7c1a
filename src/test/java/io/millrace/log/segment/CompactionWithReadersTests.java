package io.millrace.log.segment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.LogException;
import io.millrace.log.Position;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers while a topic is written and compacted at the same time. How many updates there are can be set, for a larger trial
 * by hand: {@code -Dcompaction.updates=5000000}.
 */
class CompactionWithReadersTests {

    private static final TopicName TOPIC = new TopicName("prices");
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final int UPDATES = Integer.getInteger("compaction.updates", 200_000);
    private static final int KEYS = Math.min(10_000, UPDATES / 20);
    private static final int BATCH = 500;

    @TempDir
    Path root;

    private SegmentLogEngine engine;
    private final long[] newest = new long[KEYS];
    private final AtomicBoolean written = new AtomicBoolean();

    @BeforeEach
    void create() {
        engine = open();
        engine.createTopic(
                TOPIC,
                1,
                TopicSettings.DEFAULTS.with(Map.of(
                        "cleanup.policy",
                        "compact",
                        "durability",
                        "written",
                        "segment.bytes",
                        Integer.toString(UPDATES))));
    }

    private SegmentLogEngine open() {
        return SegmentLogEngine.open(new FileDisk(), root, "the test");
    }

    @AfterEach
    void close() {
        engine.close();
    }

    /** What a reader has seen so far. */
    private final class Reader {
        private final Map<Integer, Long> seen = new HashMap<>();
        private long next;
        private long records;

        void readOn() {
            FetchedPartition page = engine.fetch(new FetchPlan(List.of(new Position(PARTITION, next)), 1000, 1 << 20))
                    .partitions()
                    .getFirst();
            for (StoredRecord record : page.records()) {
                assertThat(record.offset()).isGreaterThanOrEqualTo(next);
                next = record.offset() + 1;
                String[] text = UTF_8.decode(record.key()).toString().split(":");
                int key = Integer.parseInt(text[0]);
                long update = record.value().duplicate().getLong();
                Long before = seen.put(key, update);
                if (before != null && before >= update) {
                    throw new AssertionError("Key %d: %d after %d".formatted(key, update, before));
                }
                records++;
            }
            next = Math.max(next, page.nextOffset());
        }

        void readToTheEnd() {
            while (next < engine.offsets(PARTITION).highWatermark()) {
                readOn();
            }
        }

        void checkNewest() {
            assertThat(seen).hasSize(KEYS);
            seen.forEach((key, update) -> assertThat(update).isEqualTo(newest[key]));
        }
    }

    private void write() {
        Random random = new Random(1);
        for (int from = 0; from < UPDATES; from += BATCH) {
            List<DraftRecord> records = new ArrayList<>(BATCH);
            for (int update = from; update < from + BATCH; update++) {
                int key = update < KEYS ? update : random.nextInt(KEYS);
                ByteBuffer value = ByteBuffer.allocate(40).putLong(0, update);
                records.add(new DraftRecord(update, UTF_8.encode(key + ":price"), value, List.of()));
                newest[key] = update;
            }
            engine.append(PARTITION, records).await();
        }
    }

    private void clean() {
        while (!written.get()) {
            engine.retain(0);
            engine.checkpoint();
            try {
                engine.clean(0);
            } catch (LogException.Unavailable closing) {
                return;
            }
        }
    }

    @Test
    void aFollowerSeesTheNewestOfEachKeyAndNeverAnOlderAfterANewer() throws Exception {
        long begun = System.nanoTime();
        Reader follower = new Reader();
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            Future<?> cleaner = threads.submit(this::clean);
            Future<?> follow = threads.submit(() -> {
                while (!written.get()) {
                    follower.readOn();
                }
            });
            try {
                write();
            } finally {
                written.set(true);
            }
            await(cleaner);
            await(follow);
        }
        follower.readToTheEnd();
        follower.checkNewest();
        engine.clean(0);
        Reader late = new Reader();
        late.readToTheEnd();
        late.checkNewest();
        assertThat(late.records).isLessThan(UPDATES / 2);
        System.out.printf(
                "%d updates of %d keys in %.1f s: the follower saw %d, a late reader %d; %s; %d bytes are left%n",
                UPDATES,
                KEYS,
                (System.nanoTime() - begun) / 1e9,
                follower.records,
                late.records,
                engine.cleaned(),
                engine.offsets(PARTITION).sizeInBytes());
        engine.close();
        engine = open();
        Reader restarted = new Reader();
        restarted.readToTheEnd();
        restarted.checkNewest();
    }

    private static void await(Future<?> task) throws InterruptedException {
        try {
            task.get();
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        }
    }

    @Test
    void aCompactionThatWasInterruptedIsSeenAsFinishedByWhoOnlyReads() throws Exception {
        TopicSettings settings = engine.topic(TOPIC).orElseThrow().settings();
        engine.alterTopic(TOPIC, 1, settings.with(Map.of("segment.bytes", "100000")));
        for (int i = 0; i < 20_000; i += 1000) {
            List<DraftRecord> records = new ArrayList<>();
            for (int n = i; n < i + 1000; n++) {
                ByteBuffer value = ByteBuffer.allocate(40).putLong(0, n);
                records.add(new DraftRecord(n, UTF_8.encode(n % 100 + ":price"), value, List.of()));
            }
            engine.append(PARTITION, records).await();
        }
        engine.clean(0);
        engine.close();
        Path directory = root.resolve(PARTITION.toString());
        Path log = Segment.path(directory, 0);
        long end = new FileDisk()
                .list(directory).stream()
                        .mapToLong(Segment::baseOffsetOf)
                        .filter(offset -> offset > 0)
                        .min()
                        .orElseThrow();
        Files.move(log, directory.resolve("%020d-%020d.swap".formatted(0, end)));
        try (SegmentLogEngine reading = SegmentLogEngine.openToRead(root)) {
            List<StoredRecord> found = reading.fetch(
                            new FetchPlan(List.of(new Position(PARTITION, 0)), Integer.MAX_VALUE, Long.MAX_VALUE))
                    .partitions()
                    .getFirst()
                    .records();
            assertThat(found.getFirst().offset()).isPositive().isLessThan(end);
            assertThat(found.getLast().offset()).isEqualTo(19_999);
        }
        assertThat(log).doesNotExist();
        engine = open();
        assertThat(log).exists();
    }
}
