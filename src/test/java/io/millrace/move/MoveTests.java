package io.millrace.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.GroupOffsets;
import io.millrace.log.FetchPlan;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.Position;
import io.millrace.log.TopicSettings;
import io.millrace.log.kafka.KafkaCluster;
import io.millrace.log.segment.FileDisk;
import io.millrace.log.segment.SegmentLogEngine;
import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, between directories and a real broker. */
class MoveTests {

    private static final String BROKER = KafkaCluster.shared().bootstrapServers();
    private static final TopicName ORDERS = new TopicName("orders");
    private static final TopicPartition ORDERS_0 = new TopicPartition(ORDERS, 0);
    private static final TopicPartition ORDERS_1 = new TopicPartition(ORDERS, 1);
    private static final TopicPartition AUDIT_0 = new TopicPartition(new TopicName("audit"), 0);
    private static final List<TopicPartition> ALL = List.of(ORDERS_0, ORDERS_1, AUDIT_0);
    private static final TopicSettings SETTINGS = TopicSettings.DEFAULTS.with(Map.of(
            "durability", "written", "compression.type", "lz4", "max.message.bytes", "2000000", "retention.ms", "-1"));
    private static final TopicSettings FORGETFUL =
            SETTINGS.with(Map.of("segment.bytes", "16384", "retention.ms", "1000"));
    private static final long NOW = Time.system().millis() - Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    @TempDir
    Path directory;

    private final Time time = Time.system();
    /** Kafka remembers groups from test to test. */
    private final String billing = "billing-" + UUID.randomUUID();

    private String output = "";
    private String errors = "";

    @BeforeEach
    void noTopicsInKafka() {
        AtomicBoolean empty = new AtomicBoolean();
        while (!empty.get()) {
            inKafka(log -> {
                empty.set(log.topics().isEmpty());
                log.topics().forEach(topic -> delete(log, topic.name()));
            });
        }
    }

    private static void delete(LogEngine log, TopicName name) {
        try {
            log.deleteTopic(name);
        } catch (LogException.TopicNotFound deletedBefore) {
            // The broker has not heard yet that the test before has deleted it.
        }
    }

    /** Lets go as a server does, from time to time; the files are removed at the second time. */
    private static void retain(LogEngine log, long nowMillis) {
        ((SegmentLogEngine) log).retain(nowMillis);
        ((SegmentLogEngine) log).retain(nowMillis);
    }

    private interface Work {
        void on(LogEngine log) throws Exception;
    }

    private void inKafka(Work work) {
        MoveOptions options = MoveOptions.parse(List.of("--from", BROKER, "--to", "nowhere"));
        try (Side kafka = KafkaSide.connect(BROKER, options, time)) {
            work.on(kafka.log());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void in(Path root, Work work) {
        try (SegmentLogEngine log = SegmentLogEngine.open(new FileDisk(), root, "the test")) {
            work.on(log);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path copy() {
        return directory.resolve("copy");
    }

    private int move(Object from, Object to, String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(List.of("--from", from.toString(), "--to", to.toString()));
        arguments.addAll(List.of(options));
        int code = MoveCommand.run(arguments, new PrintStream(out, true), new PrintStream(err, true), time);
        output = out.toString(StandardCharsets.UTF_8);
        errors = err.toString(StandardCharsets.UTF_8);
        return code;
    }

    private static @Nullable ByteBuffer bytes(@Nullable String text) {
        return text == null ? null : ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static DraftRecord draft(
            long timestamp, @Nullable String key, @Nullable String value, RecordHeader... headers) {
        return new DraftRecord(timestamp, bytes(key), bytes(value), List.of(headers));
    }

    private static List<DraftRecord> numbered(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> draft(NOW + i, "k" + i, "v" + i))
                .toList();
    }

    private static void append(LogEngine log, TopicPartition partition, List<DraftRecord> records) {
        assertThat(log.append(partition, records).await().failures()).isEmpty();
    }

    /** What each record has but its offset. */
    private static List<String> all(LogEngine log, TopicPartition partition) {
        List<String> all = new ArrayList<>();
        Cursor cursor = new Cursor(log, partition, log.offsets(partition));
        for (List<StoredRecord> some = cursor.take(); !some.isEmpty(); some = cursor.take()) {
            for (StoredRecord record : some) {
                List<String> headers = record.headers().stream()
                        .map(header -> header.name() + "=" + text(header.value()))
                        .toList();
                all.add("%d %s %s %s".formatted(record.timestamp(), text(record.key()), text(record.value()), headers));
            }
        }
        return all;
    }

    private static String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? "nothing" : "'" + StandardCharsets.UTF_8.decode(bytes.duplicate()) + "'";
    }

    private static String value(LogEngine log, TopicPartition partition, long offset) {
        StoredRecord record = log.fetch(new FetchPlan(List.of(new Position(partition, offset)), 1, 1))
                .partitions()
                .getFirst()
                .records()
                .getFirst();
        return text(record.value());
    }

    private void commit(LogEngine log, Map<TopicPartition, Long> offsets) {
        new GroupOffsets(log, time).write(4, Map.of(billing, offsets));
    }

    private Map<TopicPartition, Long> committed(LogEngine log) {
        return new GroupOffsets(log, time).read().get(billing).committed();
    }

    private static List<DraftRecord> peculiar() {
        RecordHeader trace = RecordHeader.text("trace", "a");
        return List.of(
                draft(NOW, "k", "v", trace, RecordHeader.text("other", "ü"), RecordHeader.text("trace", "b")),
                draft(NOW - 7, null, "no key"),
                draft(NOW, "gone", null),
                draft(0, "", ""),
                draft(NOW, null, null, new RecordHeader("nothing", null), trace));
    }

    /** Peculiar messages, many messages, and a partition whose first messages are gone. */
    private void fill(LogEngine log) {
        log.createTopic(ORDERS, 2, SETTINGS);
        append(log, ORDERS_0, peculiar());
        append(log, ORDERS_1, numbered(0, 12_000));
        log.createTopic(
                AUDIT_0.topic(),
                1,
                TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384", "retention.ms", Long.toString(DAY))));
        for (int i = 0; i < 100; i++) {
            append(log, AUDIT_0, List.of(draft(NOW + i, "a" + i, i + "-" + "x".repeat(1000))));
        }
        retain(log, NOW + 50 + DAY);
    }

    @Test
    void thereAndBackKeepsEverything() {
        Map<TopicPartition, List<String>> before = new HashMap<>();
        in(data(), log -> {
            fill(log);
            assertThat(log.offsets(AUDIT_0).logStartOffset()).isBetween(30L, 50L);
            commit(log, Map.of(ORDERS_0, 2L, ORDERS_1, 12_000L, AUDIT_0, 60L));
            ALL.forEach(partition -> before.put(partition, all(log, partition)));
        });

        assertThat(move(data(), BROKER)).as(() -> output + errors).isZero();
        assertThat(output)
                .contains("segment.bytes is 16384, and becomes 1048576")
                .contains("equal");
        inKafka(log -> {
            assertThat(log.topic(ORDERS).orElseThrow().settings()).isEqualTo(SETTINGS);
            before.forEach(
                    (partition, records) -> assertThat(all(log, partition)).isEqualTo(records));
        });

        assertThat(move(BROKER, copy())).as(() -> output + errors).isZero();
        in(copy(), log -> {
            assertThat(log.topic(ORDERS).orElseThrow().settings()).isEqualTo(SETTINGS);
            assertThat(log.topic(ORDERS).orElseThrow().partitions()).isEqualTo(2);
            before.forEach(
                    (partition, records) -> assertThat(all(log, partition)).isEqualTo(records));
            Map<TopicPartition, Long> offsets = committed(log);
            assertThat(offsets).containsEntry(ORDERS_0, 2L).containsEntry(ORDERS_1, 12_000L);
            assertThat(value(log, AUDIT_0, offsets.get(AUDIT_0))).startsWith("'60-");
        });
    }

    @Test
    void aSecondRunChangesNothing() {
        in(data(), log -> {
            fill(log);
            commit(log, Map.of(ORDERS_1, 7L));
        });
        assertThat(move(data(), BROKER)).isZero();
        String first = output;
        assertThat(move(data(), BROKER)).as(() -> output + errors).isZero();
        assertThat(output).containsPattern("orders-1 +12,000 +12,000 +0 ");
        assertThat(first).containsPattern("orders-1 +12,000 +12,000 +12,000 ");
        inKafka(log -> assertThat(log.offsets(ORDERS_1).highWatermark()).isEqualTo(12_000));
    }

    @Test
    void aTargetThatHoldsTheBeginningIsCompleted() {
        in(data(), log -> {
            log.createTopic(ORDERS, 2, SETTINGS);
            append(log, ORDERS_0, peculiar());
            append(log, ORDERS_1, numbered(0, 6_000));
            commit(log, Map.of(ORDERS_1, 6_000L));
        });
        assertThat(move(data(), BROKER)).isZero();
        in(data(), log -> {
            append(log, ORDERS_0, numbered(0, 10));
            append(log, ORDERS_1, numbered(6_000, 11_500));
            commit(log, Map.of(ORDERS_1, 9_000L, ORDERS_0, 1L));
        });
        assertThat(move(data(), BROKER)).as(() -> output + errors).isZero();
        assertThat(output).containsPattern("orders-1 +11,500 +11,500 +5,500 ");
        assertThat(move(BROKER, copy())).as(() -> output + errors).isZero();
        in(copy(), log -> {
            assertThat(all(log, ORDERS_0)).hasSize(15);
            assertThat(value(log, ORDERS_1, 11_499)).isEqualTo("'v11499'");
            assertThat(committed(log)).containsOnly(Map.entry(ORDERS_1, 9_000L), Map.entry(ORDERS_0, 1L));
        });
    }

    @Test
    void aTargetThatDiffersIsRefusedAndNamed() {
        in(data(), log -> {
            log.createTopic(ORDERS, 2, SETTINGS);
            append(log, ORDERS_1, numbered(0, 10));
        });
        inKafka(log -> {
            log.createTopic(ORDERS, 2, SETTINGS);
            append(log, ORDERS_1, numbered(0, 3));
            append(log, ORDERS_1, List.of(draft(NOW + 3, "k3", "another")));
        });
        assertThat(move(data(), BROKER)).isEqualTo(1);
        assertThat(errors).contains("Topic 'orders', partition 1", "offset 3", "differ in value");
        assertThat(move(data(), BROKER, "--dry-run")).isEqualTo(1);
        assertThat(output).contains("Conflict: Topic 'orders', partition 1");
        inKafka(log -> assertThat(log.offsets(ORDERS_1).highWatermark()).isEqualTo(4));
    }

    @Test
    void aTargetThatHasMoreIsRefusedAndNamed() {
        in(data(), log -> {
            log.createTopic(ORDERS, 2, SETTINGS);
            append(log, ORDERS_0, numbered(0, 10));
        });
        inKafka(log -> {
            log.createTopic(ORDERS, 2, SETTINGS);
            append(log, ORDERS_0, numbered(0, 11));
        });
        assertThat(move(data(), BROKER)).isEqualTo(1);
        assertThat(errors).contains("Topic 'orders', partition 0", "has more messages", "offset 10");
    }

    @Test
    void aTopicWithOtherPartitionsIsAConflict() {
        in(data(), log -> log.createTopic(ORDERS, 2, SETTINGS));
        inKafka(log -> log.createTopic(ORDERS, 3, SETTINGS));
        assertThat(move(data(), BROKER)).isEqualTo(1);
        assertThat(output).contains("Conflict: Topic 'orders' has 2 partitions, and 3 in the target");
    }

    @Test
    void aDryRunTellsAndChangesNothing() {
        in(data(), log -> {
            fill(log);
            commit(log, Map.of(ORDERS_0, 2L));
        });
        assertThat(move(data(), BROKER, "--dry-run")).as(() -> output + errors).isZero();
        assertThat(output)
                .containsPattern("orders +2 +12,005 +is made")
                .contains(billing)
                .contains("segment.bytes is 16384, and becomes 1048576")
                .containsPattern("orders-1 +12,000 +0 +12,000")
                .contains("Nothing was changed.");
        inKafka(log -> assertThat(log.topic(ORDERS)).isEmpty());
        assertThat(move(BROKER, copy(), "--dry-run")).as(() -> output + errors).isZero();
        assertThat(copy()).doesNotExist();
    }

    @Test
    void aDirectoryThatAServerWritesIsMovedAsFarAsItGoes() {
        in(data(), log -> {
            fill(log);
            commit(log, Map.of(ORDERS_0, 4L));
            assertThat(move(data(), BROKER)).as(() -> output + errors).isZero();
            append(log, ORDERS_0, numbered(0, 10));
            assertThat(move(data(), BROKER)).as(() -> output + errors).isZero();
            List<String> mine = all(log, ORDERS_0);
            inKafka(kafka -> assertThat(all(kafka, ORDERS_0)).isEqualTo(mine));
        });
    }

    @Test
    void whatTheTargetsRetentionTookIsNotMissed() {
        inKafka(log -> {
            log.createTopic(ORDERS, 1, SETTINGS);
            for (int i = 0; i < 5; i++) {
                append(log, ORDERS_0, numbered(i * 5_000, (i + 1) * 5_000));
            }
        });
        in(copy(), log -> log.createTopic(ORDERS, 1, FORGETFUL));
        assertThat(move(BROKER, copy())).as(() -> output + errors).isZero();
        in(copy(), log -> {
            retain(log, NOW + 15_000);
            assertThat(log.offsets(ORDERS_0).logStartOffset()).isPositive();
        });
        inKafka(log -> append(log, ORDERS_0, numbered(25_000, 25_010)));
        assertThat(move(BROKER, copy())).as(() -> output + errors).isZero();
        assertThat(output).containsPattern("orders-0 +25,010 +\\d[0-9,]+ +10 .*gone by the target's retention");
        in(copy(), log -> assertThat(value(log, ORDERS_0, 25_009)).isEqualTo("'v25009'"));
    }

    @Test
    void whatTheSourcesRetentionTookMeanwhileIsNotInTheWay() {
        in(data(), log -> {
            log.createTopic(ORDERS, 1, FORGETFUL);
            for (int i = 0; i < 5; i++) {
                append(log, ORDERS_0, numbered(i * 1_000, (i + 1) * 1_000));
            }
        });
        inKafka(log -> log.createTopic(ORDERS, 1, SETTINGS));
        assertThat(move(data(), BROKER)).as(() -> output + errors).isZero();
        in(data(), log -> {
            retain(log, NOW + 3_500);
            append(log, ORDERS_0, numbered(5_000, 5_010));
            commit(log, Map.of(ORDERS_0, 4_321L));
        });
        assertThat(move(data(), BROKER)).as(() -> output + errors).isZero();
        assertThat(output).containsPattern("orders-0 +3,010 +5,010 +10 .*2,000 are gone by the source's retention");
        assertThat(output).containsPattern(billing + " +orders-0 +4,321 +4,321 +equal");
    }

    @Test
    void aMessageThatKafkaCannotTakeStopsTheMoveBeforeIt() {
        in(data(), log -> {
            log.createTopic(ORDERS, 1, SETTINGS.with(Map.of("max.message.bytes", "1000")));
            append(log, ORDERS_0, List.of(draft(NOW, null, "small"), draft(NOW, null, "x".repeat(1000))));
        });
        assertThat(move(data(), BROKER)).isEqualTo(1);
        assertThat(errors).contains("Topic 'orders', partition 0", "offset 1", "max.message.bytes there, 1000");
    }

    @Test
    void aGroupThatIsFurtherInTheTargetIsNotTakenBack() {
        inKafka(log -> {
            log.createTopic(ORDERS, 1, SETTINGS);
            append(log, ORDERS_0, numbered(0, 10));
        });
        assertThat(move(BROKER, copy())).isZero();
        in(copy(), log -> commit(log, Map.of(ORDERS_0, 4L)));
        assertThat(move(copy(), BROKER)).isZero();
        in(copy(), log -> commit(log, Map.of(ORDERS_0, 6L)));
        assertThat(move(BROKER, copy())).isEqualTo(1);
        assertThat(output).containsPattern("orders-0 +4 +6 +DIFFERS: 4 was wanted");
        in(copy(), log -> assertThat(committed(log)).containsEntry(ORDERS_0, 6L));
    }

    @Test
    void mistakesOfUsageAreTold() {
        assertThat(move(data(), copy())).isEqualTo(2);
        assertThat(errors).contains("usage:");
        assertThat(move(BROKER, "other:9092,third:9092")).isEqualTo(2);
        assertThat(move(data(), BROKER, "--dry")).isEqualTo(2);
        assertThat(errors).contains("There is no option '--dry'");
        assertThat(move(data(), BROKER, "--replication-factor", "none")).isEqualTo(2);
        assertThat(move(data(), BROKER, "--property", "nothing")).isEqualTo(2);
    }

    @Test
    void aDirectoryWithoutDataIsNoSource() {
        assertThat(move(data(), BROKER)).isEqualTo(1);
        assertThat(errors).contains("is not a data directory");
        assertThat(Files.exists(data())).isFalse();
    }
}
