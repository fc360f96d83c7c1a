package io.millrace.group;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LocalShards;
import io.millrace.log.OutsideOffsets;
import io.millrace.log.Position;
import io.millrace.log.Shards.Keeper;
import io.millrace.log.TopicSettings;
import io.millrace.log.segment.FileDisk;
import io.millrace.log.segment.SegmentLogEngine;
import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.ManualTime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What groups remember stays small, and is the same after the log has forgotten how it came about. How many commits there are
 * can be set, for a larger trial by hand: {@code -Dgroup.commits=1000000}.
 */
class CompactedJournalTests {

    private static final GroupName GROUP = GroupFixture.GROUP;
    private static final TopicName ORDERS = GroupFixture.ORDERS;
    private static final TopicName JOURNAL = LocalShards.topicOf(GroupJournal.PURPOSE);
    private static final int PARTITIONS = 200;
    private static final int COMMITS = Integer.getInteger("group.commits", 100_000);

    @TempDir
    Path root;

    private final ManualTime time = new ManualTime();
    private SegmentLogEngine log;
    private GroupCoordinator groups;

    @BeforeEach
    void start() {
        log = SegmentLogEngine.open(new FileDisk(), root, "the test");
        if (log.topic(ORDERS).isEmpty()) {
            log.createTopic(ORDERS, PARTITIONS, TopicSettings.DEFAULTS.with(Map.of("durability", "written")));
        }
        groups = new GroupCoordinator(
                log,
                new LocalShards(log),
                OutsideOffsets.NONE,
                time,
                time,
                Runnable::run,
                new Random(1),
                new GroupSettings(1, 100, 10, Duration.ofDays(7)));
    }

    @AfterEach
    void stop() {
        log.close();
    }

    private void restart() {
        stop();
        start();
    }

    private void commit(long offset) {
        List<Position> positions = IntStream.range(0, PARTITIONS)
                .mapToObj(p -> new Position(new TopicPartition(ORDERS, p), offset))
                .toList();
        groups.commit(GROUP, "a", new CommitRequest.Offsets(positions));
    }

    private long journalBytes() {
        return log.offsets(new TopicPartition(JOURNAL, 0)).sizeInBytes();
    }

    private void produce(int perPartition) {
        for (int p = 0; p < PARTITIONS; p++) {
            List<DraftRecord> records = new ArrayList<>();
            for (int i = 0; i < perPartition; i++) {
                ByteBuffer value = ByteBuffer.wrap("v".getBytes(UTF_8));
                records.add(new DraftRecord(time.millis(), null, value, List.of()));
            }
            log.append(new TopicPartition(ORDERS, p), records).await();
        }
    }

    /** So many commits that what came before is in sealed segments, which are then compacted. */
    private long commitMuchAndCompact() {
        produce(100);
        long largest = 0;
        int rounds = COMMITS / PARTITIONS;
        for (int i = 0; i < rounds; i++) {
            commit(i % 100);
            if (i % 100 == 0) {
                largest = Math.max(largest, journalBytes());
                log.clean(time.millis());
                log.retain(time.millis());
            }
        }
        commit(77);
        log.clean(time.millis());
        return Math.max(largest, journalBytes());
    }

    @Test
    void itStaysSmallOverManyCommits() {
        groups.subscribe(GROUP, "a", GroupFixture.subscription());
        long largest = commitMuchAndCompact();
        System.out.printf("%d commits: the journal was at most %d bytes, now %d%n", COMMITS, largest, journalBytes());
        assertThat(largest).isLessThan(12 << 20);
        assertThat(journalBytes()).isLessThan(5 << 20);
        restart();
        assertThat(groups.offsets(GROUP)).hasSize(PARTITIONS).allMatch(offset -> offset.committed() == 77);
    }

    @Test
    void aMemberWhoseSubscriptionIsYoungerThanItsAssignmentKeepsThatOverARestart() {
        groups.subscribe(GROUP, "a", GroupFixture.subscription());
        groups.resubscribe(GROUP, "a", before -> GroupFixture.autoCommit());
        ConsumerView before = groups.consumer(GROUP, "a");
        commitMuchAndCompact();
        restart();
        ConsumerView after = groups.consumer(GROUP, "a");
        assertThat(after.generation()).isEqualTo(before.generation());
        assertThat(after.assignment()).hasSize(PARTITIONS).isEqualTo(before.assignment());
    }

    @Test
    void membersThatHaveGoneLeaveNothing() {
        groups.subscribe(GROUP, "a", GroupFixture.subscription());
        for (int i = 0; i < 100; i++) {
            groups.subscribe(GROUP, "passer-by-" + i, GroupFixture.subscription());
            groups.leave(GROUP, "passer-by-" + i);
        }
        commitMuchAndCompact();
        time.advance(Duration.ofHours(2));
        groups.subscribe(GROUP, "a", GroupFixture.subscription());
        commitMuchAndCompact();
        commitMuchAndCompact();
        List<String> left = new ArrayList<>();
        Keeper reader = new Keeper() {
            @Override
            public void acquired(int shard, Consumer<Consumer<StoredRecord>> replay) {
                replay.accept(record ->
                        left.add(UTF_8.decode(record.key().duplicate()).toString()));
            }

            @Override
            public void lost(int shard) {}
        };
        new LocalShards(log)
                .start(GroupJournal.PURPOSE, 1, log.topic(JOURNAL).orElseThrow().settings(), reader);
        assertThat(left).isNotEmpty().noneMatch(key -> key.contains("passer-by"));
    }
}
