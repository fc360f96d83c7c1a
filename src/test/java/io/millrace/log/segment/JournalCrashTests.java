package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Durability;
import io.millrace.log.FetchPlan;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.Position;
import io.millrace.log.RequestSettings;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What many partitions that share a small journal have when the power goes, while topics come and go. */
class JournalCrashTests {

    private static final Path ROOT = Path.of("/data");
    private static final SegmentSettings SETTINGS = new SegmentSettings(RequestSettings.DEFAULTS, 0, 1 << 20, 16 << 10);
    private static final int TOPICS = 3;
    private static final int PARTITIONS = 2;

    private final CrashingDisk disk = new CrashingDisk();
    private final Queue<Runnable> background = new ArrayDeque<>();
    /** The values that were acknowledged, of the topics that are there. */
    private final Map<TopicPartition, List<ByteBuffer>> acknowledged = new ConcurrentHashMap<>();

    /** What was written behind those since, and nobody waited for. */
    private final Map<TopicPartition, List<ByteBuffer>> written = new ConcurrentHashMap<>();

    private boolean noThreads;

    private SegmentLogEngine engine = open();

    private SegmentLogEngine open() {
        background.clear();
        return SegmentLogEngine.open(disk, ROOT, "the test", SETTINGS, Time.system(), this::inBackground);
    }

    private void inBackground(Runnable step) {
        if (noThreads) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        background.add(step);
    }

    private static TopicName topic(int number) {
        return new TopicName("topic" + number);
    }

    private void create(TopicName name, String durability) {
        engine.createTopic(name, PARTITIONS, settings(durability));
        for (int p = 0; p < PARTITIONS; p++) {
            acknowledged.put(new TopicPartition(name, p), new ArrayList<>());
            written.remove(new TopicPartition(name, p));
        }
    }

    private static TopicSettings settings(String durability) {
        return TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384", "durability", durability));
    }

    private static DraftRecord record(int size, RandomGenerator random) {
        byte[] value = new byte[size];
        random.nextBytes(value);
        return new DraftRecord(1, null, ByteBuffer.wrap(value), List.of());
    }

    private void append(TopicPartition partition, DraftRecord record) {
        write(partition, record).await();
        acknowledged.get(partition).addAll(written.remove(partition));
    }

    private LogEngine.Append write(TopicPartition partition, DraftRecord record) {
        written.computeIfAbsent(partition, p -> new ArrayList<>()).add(record.value());
        return engine.append(partition, List.of(record));
    }

    private List<StoredRecord> read(TopicPartition partition) {
        return engine.fetch(new FetchPlan(List.of(new Position(partition, 0)), Integer.MAX_VALUE, Long.MAX_VALUE))
                .partitions()
                .getFirst()
                .records();
    }

    /** Checks that all that was acknowledged is there, and takes what is there beyond it as acknowledged from now on. */
    private void check(TopicPartition partition) {
        CrashFixture.checkAndTake(read(partition), acknowledged.get(partition));
    }

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatWasAcknowledgedIsThereAndNothingOfATopicThatWasDeleted(int seed) {
        RandomGenerator random = new Random(seed);
        for (int t = 0; t < TOPICS; t++) {
            create(topic(t), "fsync");
        }
        for (int round = 0; round < 4; round++) {
            for (int steps = random.nextInt(120); steps > 0; steps--) {
                step(random);
            }
            if (random.nextInt(4) == 0) {
                engine.close();
            }
            disk.cutPower(random);
            engine = open();
            written.clear();
            acknowledged.keySet().forEach(this::check);
        }
    }

    @Test
    void whatAnEarlierLapLeftBehindTheLastEntryIsNotReadAgain() {
        RandomGenerator random = new Random(1);
        TopicPartition kept = new TopicPartition(topic(0), 0);
        TopicPartition deleted = new TopicPartition(topic(1), 0);
        create(kept.topic(), "fsync");
        create(deleted.topic(), "fsync");
        append(kept, record(100, random));
        append(deleted, record(100, random));
        engine.deleteTopic(deleted.topic());
        create(deleted.topic(), "fsync");
        append(kept, record(100, random));
        disk.cutPower(random);
        engine = open();
        assertThat(read(kept)).hasSize(2);
        assertThat(read(deleted)).isEmpty();
    }

    @Test
    void aJournalThatCannotBeForcedLeavesItToTheSegments() {
        RandomGenerator random = new Random(1);
        TopicPartition partition = new TopicPartition(topic(0), 0);
        create(partition.topic(), "fsync");
        append(partition, record(100, random));
        disk.failForcesOf(ROOT.resolve("journal.0"));
        append(partition, record(100, random));
        append(partition, record(100, random));
        disk.cutPower(random);
        engine = open();
        check(partition);
    }

    @Test
    void aJournalForWhichThereIsNoRoomLeavesItToTheSegmentsForAsLong() {
        RandomGenerator random = new Random(1);
        TopicPartition partition = new TopicPartition(topic(0), 0);
        create(partition.topic(), "fsync");
        disk.setFreeBytes(2000);
        append(partition, record(100, random));
        disk.setFreeBytes(Long.MAX_VALUE);
        int forces = disk.forcesOf(ROOT.resolve("journal.0"));
        append(partition, record(100, random));
        assertThat(disk.forcesOf(ROOT.resolve("journal.0"))).isEqualTo(forces + 1);
        disk.cutPower(random);
        engine = open();
        check(partition);
    }

    @Test
    void whatFollowsAfterANameCouldNotBeGivenUpIsThereToo() {
        RandomGenerator random = new Random(1);
        TopicPartition failing = new TopicPartition(topic(0), 0);
        TopicPartition deleted = new TopicPartition(topic(1), 0);
        TopicPartition kept = new TopicPartition(topic(2), 0);
        for (int t = 0; t < TOPICS; t++) {
            create(topic(t), "fsync");
        }
        append(failing, record(100, random));
        // Into the other file.
        for (int i = 0; i < 20; i++) {
            append(kept, record(1000, random));
        }
        append(deleted, record(100, random));
        disk.failForcesOf(Segment.path(ROOT.resolve(failing.toString()), 0));
        assertThatThrownBy(() -> engine.deleteTopic(deleted.topic()))
                .isInstanceOf(LogException.StorageFailed.class)
                .hasMessageContaining("restart the server");

        for (int i = 0; i < 3; i++) {
            append(kept, record(1000, random));
        }
        disk.cutPower(random);
        engine = open();
        check(kept);
        check(failing);
    }

    @Test
    void aJournalThatCannotBeEmptiedTakesNoMore() {
        RandomGenerator random = new Random(1);
        TopicPartition deleted = new TopicPartition(topic(0), 0);
        TopicPartition kept = new TopicPartition(topic(1), 0);
        create(deleted.topic(), "fsync");
        create(kept.topic(), "fsync");
        append(deleted, record(100, random));
        append(kept, record(100, random));
        disk.failForcesOf(ROOT.resolve("journal.0"));
        assertThatThrownBy(() -> engine.deleteTopic(deleted.topic())).isInstanceOf(LogException.StorageFailed.class);

        int forces = disk.forcesOf(ROOT.resolve("journal.0"));
        append(kept, record(100, random));
        assertThat(disk.forcesOf(ROOT.resolve("journal.0"))).isEqualTo(forces);
        disk.cutPower(random);
        engine = open();
        check(kept);
    }

    @Test
    void aJournalForWhichNobodyMakesRoomTakesMoreOnceSomebodyDoes() {
        RandomGenerator random = new Random(1);
        TopicPartition partition = new TopicPartition(topic(0), 0);
        create(partition.topic(), "fsync");
        noThreads = true;
        for (int i = 0; i < 40; i++) {
            append(partition, record(1000, random));
        }
        int full = journalForces();
        append(partition, record(1000, random));
        assertThat(journalForces()).isEqualTo(full);

        noThreads = false;
        append(partition, record(1000, random));
        runBackground();
        append(partition, record(1000, random));
        assertThat(journalForces()).isGreaterThan(full);
        disk.cutPower(random);
        engine = open();
        check(partition);
    }

    private int journalForces() {
        return disk.forcesOf(ROOT.resolve("journal.0")) + disk.forcesOf(ROOT.resolve("journal.1"));
    }

    @Test
    void theJournalIsGoneAfterACleanStop() {
        create(topic(0), "fsync");
        append(new TopicPartition(topic(0), 0), record(100, new Random(1)));
        assertThat(disk.exists(ROOT.resolve("journal.0"))).isTrue();
        engine.close();
        assertThat(disk.exists(ROOT.resolve("journal.0"))).isFalse();
    }

    @Test
    void appendsToManyPartitionsShareAFile() {
        RandomGenerator random = new Random(1);
        create(topic(0), "fsync");
        create(topic(1), "fsync");
        int forces = disk.forces();
        acknowledged.keySet().forEach(partition -> append(partition, record(100, random)));
        assertThat(disk.forcesOf(ROOT.resolve("journal.0"))).isEqualTo(4);
        assertThat(disk.forces()).isEqualTo(forces + 4);
    }

    @Test
    void aTopicMayBeCalledAsTheJournalIs() {
        RandomGenerator random = new Random(1);
        create(new TopicName("journal"), "fsync");
        acknowledged.keySet().forEach(partition -> append(partition, record(100, random)));
        disk.cutPower(random);
        engine = open();
        acknowledged.keySet().forEach(this::check);
    }

    static IntStream fewSeeds() {
        return IntStream.range(0, 30);
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void whatManyThreadsWereToldIsThereAfterThePowerWentInTheMiddle(int seed) throws InterruptedException {
        RandomGenerator random = new Random(seed);
        engine.close();
        engine = SegmentLogEngine.open(
                disk, ROOT, "the test", SETTINGS, Time.system(), task -> Thread.startVirtualThread(task));
        for (int t = 0; t < TOPICS; t++) {
            create(topic(t), "fsync");
        }
        TopicName restless = new TopicName("restless");
        disk.stopAfter(random.nextInt(200, 1500));
        List<Thread> threads = new ArrayList<>();
        AtomicInteger life = new AtomicInteger();
        threads.add(Thread.startVirtualThread(() -> untilItStops(() -> {
            ByteBuffer value = ByteBuffer.allocate(4).putInt(0, life.incrementAndGet());
            engine.createTopic(restless, 1, settings("fsync"));
            engine.append(new TopicPartition(restless, 0), List.of(new DraftRecord(1, null, value, List.of())))
                    .await();
            engine.deleteTopic(restless);
        })));
        for (TopicPartition partition : List.copyOf(acknowledged.keySet())) {
            RandomGenerator own = new Random(random.nextInt());
            threads.add(Thread.startVirtualThread(() ->
                    untilItStops(() -> append(partition, record(own.nextInt(10, 1500), own)))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        disk.cutPower(random);
        engine = open();
        acknowledged.keySet().forEach(this::check);
        if (engine.topic(restless).isPresent()) {
            assertThat(read(new TopicPartition(restless, 0)))
                    .allMatch(record -> record.value().getInt() == life.get());
        }
    }

    private static void untilItStops(Runnable step) {
        try {
            while (true) {
                step.run();
            }
        } catch (LogException stopped) {
            // The test's process.
        }
    }

    private void step(RandomGenerator random) {
        TopicName topic = topic(random.nextInt(TOPICS));
        TopicPartition partition = new TopicPartition(topic, random.nextInt(PARTITIONS));
        boolean promised = engine.topic(topic).orElseThrow().settings().durability() == Durability.FSYNC;
        switch (random.nextInt(40)) {
            case 0 -> {
                engine.deleteTopic(topic);
                create(topic, "fsync");
            }
            case 1 -> engine.alterTopic(topic, PARTITIONS, settings("written"));
            case 2, 3 -> engine.alterTopic(topic, PARTITIONS, settings("fsync"));
            case 4 -> engine.checkpoint();
            case 5, 6, 7 -> runBackground();
            case 8 -> {
                if (promised) {
                    append(partition, record(random.nextInt(60_000, 80_000), random));
                }
            }
            case 9, 10 -> write(partition, record(50, random));
            default -> {
                if (promised) {
                    append(partition, record(random.nextInt(10, 1500), random));
                }
            }
        }
    }

    private void runBackground() {
        for (Runnable step = background.poll(); step != null; step = background.poll()) {
            step.run();
        }
    }
}
