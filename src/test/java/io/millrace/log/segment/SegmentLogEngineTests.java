package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.log.FetchPlan;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.OnceContract;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentLogEngineTests extends OnceContract {

    private static final TopicPartition PLAIN_0 = new TopicPartition(new TopicName("plain"), 0);

    @TempDir
    Path root;

    @Override
    protected LogEngine newEngine() {
        return SegmentLogEngine.open(new FileDisk(), root, "the test");
    }

    private void reopen() {
        engine.close();
        engine = newEngine();
    }

    private void createOrders(String setting, String value) {
        engine.createTopic(ORDERS, 2, TopicSettings.DEFAULTS.with(Map.of(setting, value)));
    }

    @Test
    void aCleanRestartBringsAllBack() {
        createOrders();
        append(ORDERS_0, numbered(0, 500));
        reopen();
        assertThat(engine.topic(ORDERS)).isPresent();
        assertThat(values(ORDERS_0)).hasSize(500).last().isEqualTo("v499");
        assertThat(append(ORDERS_0, draft(1, null, "next"))).isEqualTo(500);
    }

    @Test
    void aDeletedTopicDoesNotComeBackAndLeavesNoFiles() throws IOException {
        createOrders();
        append(ORDERS_0, draft(1, null, "a"));
        engine.deleteTopic(ORDERS);
        reopen();
        assertThat(engine.topics()).isEmpty();
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.filter(file -> file.toString().contains("orders"))).isEmpty();
        }
    }

    @Test
    void aSecondServerIsToldWhoHasTheDirectory() {
        assertThatThrownBy(this::newEngine)
                .isInstanceOf(LogException.Unavailable.class)
                .hasMessageContaining("the test")
                .hasMessageContaining("millrace.data-dir");
    }

    @Test
    void aLogRunsOnOverManySegments() throws IOException {
        createOrders("segment.bytes", "16384");
        for (int i = 0; i < 100; i++) {
            append(ORDERS_0, draft(i, null, i + "-" + "x".repeat(1000)));
        }
        try (Stream<Path> files = Files.list(root.resolve("orders-0"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".log")).count())
                    .isGreaterThan(5);
        }
        assertThat(readAll(ORDERS_0)).hasSize(100);
        assertThat(read(ORDERS_0, 63, 1, 1)).extracting(StoredRecord::offset).containsExactly(63L);
        assertThat(engine.offsetForTimestamp(ORDERS_0, 77)).isEqualTo(77);
        reopen();
        assertThat(readAll(ORDERS_0)).hasSize(100);
        assertThat(engine.offsetForTimestamp(ORDERS_0, 77)).isEqualTo(77);
    }

    @Test
    void oneAppendMaySpanSegments() {
        createOrders("segment.bytes", "600000");
        append(
                ORDERS_0,
                IntStream.range(0, 30)
                        .mapToObj(i -> draft(i, null, "x".repeat(100_000)))
                        .toArray(DraftRecord[]::new));
        assertThat(readAll(ORDERS_0)).hasSize(30);
        reopen();
        assertThat(readAll(ORDERS_0)).hasSize(30);
    }

    private void reopenWithCompression(String type) throws IOException {
        engine.close();
        Path file = root.resolve("topics").resolve("orders.json");
        String topic = Files.readString(file);
        Files.writeString(
                file, topic.replaceFirst("(compression.type\":\")[a-z0-9]+", "$1" + type), StandardCharsets.UTF_8);
        engine = newEngine();
        assertThat(engine.topic(ORDERS).orElseThrow().settings().compressionType())
                .isEqualTo(type);
    }

    @Test
    void aLogMayHoldBatchesOfEveryCompression() throws IOException {
        createOrders("compression.type", "gzip");
        append(ORDERS_0, repetitive(0, 100));
        int next = 100;
        for (String type : List.of("zstd", "uncompressed", "snappy", "lz4")) {
            reopenWithCompression(type);
            append(ORDERS_0, repetitive(next, next + 100));
            next += 100;
        }
        assertThat(values(ORDERS_0))
                .containsExactlyElementsOf(IntStream.range(0, 500)
                        .mapToObj(i -> "again and again and again " + i)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    void aBatchThatCompressionHardlyMakesSmallerIsLeftAsItIs(String type) {
        createOrders("compression.type", type);
        engine.createTopic(PLAIN_0.topic(), 1, TopicSettings.DEFAULTS);
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        DraftRecord random = new DraftRecord(1, null, ByteBuffer.wrap(noise), List.of());
        for (TopicPartition partition : List.of(ORDERS_0, PLAIN_0)) {
            append(partition, draft(1, "k", "v"));
            append(partition, random);
        }
        assertThat(engine.offsets(ORDERS_0).sizeInBytes())
                .isEqualTo(engine.offsets(PLAIN_0).sizeInBytes());
        assertThat(readAll(ORDERS_0).getLast().value()).isEqualTo(ByteBuffer.wrap(noise));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    void theRatioOfCompressionIsThatOfTheSizes(String type) {
        createOrders("compression.type", type);
        engine.createTopic(PLAIN_0.topic(), 1, TopicSettings.DEFAULTS);
        for (TopicPartition partition : List.of(ORDERS_0, PLAIN_0)) {
            append(partition, repetitive(0, 300));
            append(partition, draft(1, "k", "v"));
        }
        double sizes = (double) engine.offsets(PLAIN_0).sizeInBytes()
                / engine.offsets(ORDERS_0).sizeInBytes();
        assertThat(sizes).isGreaterThan(2);
        assertThat(engine.compressionRatio(ORDERS_0).orElseThrow()).isCloseTo(sizes, within(1e-9));
        assertThat(engine.compressionRatio(PLAIN_0)).hasValue(1);
        assertThat(engine.compressionRatio(ORDERS_1)).isEmpty();
    }

    @Test
    void theRatioOfCompressionIsKeptOverARestartAndCountedAnewForAnotherCompression() throws IOException {
        createOrders("compression.type", "zstd");
        append(ORDERS_0, repetitive(0, 300));
        double ratio = engine.compressionRatio(ORDERS_0).orElseThrow();
        reopen();
        assertThat(engine.compressionRatio(ORDERS_0)).hasValue(ratio);
        append(ORDERS_0, draft(1, "k", "v"));
        assertThat(engine.compressionRatio(ORDERS_0).orElseThrow()).isLessThan(ratio);
        reopenWithCompression("uncompressed");
        append(ORDERS_0, repetitive(0, 300));
        assertThat(engine.compressionRatio(ORDERS_0)).hasValue(1);
    }

    @Test
    void withoutItsCountsOfCompressionALogIsReadAllTheSame() throws IOException {
        createOrders("compression.type", "zstd");
        append(ORDERS_0, repetitive(0, 300));
        engine.close();
        Files.writeString(root.resolve("compression.json"), "{torn");
        engine = newEngine();
        assertThat(values(ORDERS_0)).hasSize(300);
        assertThat(engine.compressionRatio(ORDERS_0)).isEmpty();
    }

    @Test
    void aCheckpointDoesNotDisturbWritersOrTheNextStart() {
        createOrders("durability", "written");
        for (int i = 0; i < 60; i++) {
            append(ORDERS_0, draft(i, null, "x".repeat(100_000)));
            ((SegmentLogEngine) engine).checkpoint();
        }
        reopen();
        assertThat(readAll(ORDERS_0)).hasSize(60);
    }

    private void appendOldAndNew() {
        for (int i = 0; i < 100; i++) {
            append(ORDERS_0, draft(i, "k" + i, "x".repeat(1000)));
        }
    }

    @Test
    void segmentsBeyondTheRetentionTimeGo() {
        engine.createTopic(
                ORDERS, 1, TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384", "retention.ms", "1000")));
        appendOldAndNew();
        ((SegmentLogEngine) engine).retain(1050);
        long start = engine.offsets(ORDERS_0).logStartOffset();
        assertThat(start).isBetween(30L, 50L);
        assertThat(readAll(ORDERS_0)).first().extracting(StoredRecord::offset).isEqualTo(start);
        assertThatThrownBy(() -> read(ORDERS_0, 0, 1, 1)).isInstanceOf(LogException.OffsetOutOfRange.class);
    }

    @Test
    void segmentsBeyondTheRetentionSizeGoAndStayGone() {
        engine.createTopic(
                ORDERS, 1, TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384", "retention.bytes", "40000")));
        appendOldAndNew();
        ((SegmentLogEngine) engine).retain(0);
        ((SegmentLogEngine) engine).retain(0);
        assertThat(engine.offsets(ORDERS_0).sizeInBytes()).isBetween(40_000L, 57_000L);
        long start = engine.offsets(ORDERS_0).logStartOffset();
        reopen();
        assertThat(engine.offsets(ORDERS_0).logStartOffset()).isEqualTo(start);
    }

    @Test
    void aCompactedTopicKeepsItsSegments() {
        engine.createTopic(
                ORDERS,
                1,
                TopicSettings.DEFAULTS.with(
                        Map.of("segment.bytes", "16384", "retention.ms", "0", "cleanup.policy", "compact")));
        appendOldAndNew();
        ((SegmentLogEngine) engine).retain(1050);
        assertThat(engine.offsets(ORDERS_0).logStartOffset()).isZero();
    }

    private Map<Path, String> files() throws IOException {
        Map<Path, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file, Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    @Test
    void aDirectoryInUseIsReadUpToItsLastWholeBatchAndLeftAsItIs() throws IOException {
        // What is torn in a segment here would come back from the journal.
        engine.createTopic(
                ORDERS, 2, TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384", "durability", "written")));
        for (int i = 0; i < 50; i++) {
            append(ORDERS_0, draft(i, null, i + "x".repeat(1000)));
        }
        append(ORDERS_1, numbered(0, 500));
        append(ORDERS_1, draft(1, null, "half of it is there"));
        Path torn = root.resolve("orders-1").resolve("00000000000000000000.log");
        try (FileChannel file = FileChannel.open(torn, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 10);
        }
        Files.delete(root.resolve("orders-0").resolve("00000000000000000000.index"));
        Map<Path, String> before = files();

        try (SegmentLogEngine reader = SegmentLogEngine.openToRead(root)) {
            assertThat(reader.topics()).isEqualTo(engine.topics());
            assertThat(reader.offsets(ORDERS_0).highWatermark()).isEqualTo(50);
            assertThat(reader.offsets(ORDERS_1).highWatermark()).isEqualTo(500);
            assertThat(reader.offsetForTimestamp(ORDERS_0, 33)).isEqualTo(33);
            FetchPlan all = new FetchPlan(List.of(new Position(ORDERS_0, 0)), 1000, Long.MAX_VALUE);
            assertThat(reader.fetch(all).recordCount()).isEqualTo(50);
            assertThatThrownBy(() -> reader.append(ORDERS_0, List.of(draft(1, null, "v"))))
                    .isInstanceOf(LogException.Unsupported.class);
            assertThatThrownBy(() -> reader.deleteTopic(ORDERS)).isInstanceOf(LogException.Unsupported.class);

            assertThat(files()).isEqualTo(before);
            append(ORDERS_0, draft(99, null, "later"));
            assertThat(reader.offsets(ORDERS_0).highWatermark()).isEqualTo(50);
            assertThat(reader.fetch(all).recordCount()).isEqualTo(50);
            before = files();
        }
        assertThat(files()).isEqualTo(before);
        assertThat(readAll(ORDERS_0)).hasSize(51);
    }

    private List<Path> files(String directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(directory))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private void retain(long... nowMillis) {
        for (long now : nowMillis) {
            ((SegmentLogEngine) engine).retain(now);
        }
    }

    @Test
    void retentionAlsoEmptiesATopicThatNobodyWritesTo() throws IOException {
        engine.createTopic(ORDERS, 1, TopicSettings.DEFAULTS.with(Map.of("segment.ms", "500", "retention.ms", "1000")));
        append(ORDERS_0, numbered(0, 10));
        retain(1000, 1500);
        assertThat(files("orders-0", ".log")).hasSize(1);
        assertThat(readAll(ORDERS_0)).hasSize(10);
        retain(1501);
        assertThat(engine.offsets(ORDERS_0)).isEqualTo(new PartitionOffsets(10, 10, 0));
        retain(1502);
        assertThat(files("orders-0", ".log"))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("00000000000000000010.log");
        reopen();
        assertThat(engine.offsets(ORDERS_0)).isEqualTo(new PartitionOffsets(10, 10, 0));
        assertThat(append(ORDERS_0, draft(1, null, "next"))).isEqualTo(10);
        assertThat(values(ORDERS_0)).containsExactly("next");
    }

    @Test
    void theAgeOfASegmentOutlivesARestart() throws IOException {
        engine.createTopic(ORDERS, 1, TopicSettings.DEFAULTS.with(Map.of("segment.ms", "500", "retention.ms", "-1")));
        append(ORDERS_0, draft(1000, null, "a"));
        retain(1100);
        reopen();
        retain(1500);
        assertThat(files("orders-0", ".log")).hasSize(1);
        retain(1501);
        assertThat(files("orders-0", ".log")).hasSize(2);
        retain(3000);
        assertThat(files("orders-0", ".log")).hasSize(2);
        assertThat(values(ORDERS_0)).containsExactly("a");
    }

    @Test
    void whatIsNotReadableYetIsNotRetainedAway() {
        engine.createTopic(ORDERS, 1, TopicSettings.DEFAULTS.with(Map.of("segment.ms", "1", "retention.ms", "0")));
        LogEngine.Append pending = engine.append(ORDERS_0, List.of(draft(1, null, "a")));
        retain(1000, 2000);
        assertThat(engine.offsets(ORDERS_0).logStartOffset()).isZero();
        pending.await();
        retain(3000);
        assertThat(engine.offsets(ORDERS_0).logStartOffset()).isEqualTo(1);
    }

    @Test
    void alteredRetentionAndSegmentSizeCountAtOnce() throws IOException {
        createOrders();
        appendOldAndNew();
        assertThat(files("orders-0", ".log")).hasSize(1);
        engine.alterTopic(
                ORDERS, 2, TopicSettings.DEFAULTS.with(Map.of("segment.bytes", "16384", "retention.ms", "1000")));
        appendOldAndNew();
        assertThat(files("orders-0", ".log").size()).isGreaterThan(5);
        retain(1_000_000);
        assertThat(engine.offsets(ORDERS_0).logStartOffset()).isGreaterThan(180);
    }

    @Test
    void alteredTopicsAndTrimmedBeginningsOutliveARestart() {
        createOrders();
        append(ORDERS_0, numbered(0, 10));
        TopicSettings settings = TopicSettings.DEFAULTS.with(Map.of("retention.ms", "-1", "segment.ms", "77"));
        engine.alterTopic(ORDERS, 4, settings);
        append(ORDERS_3, draft(1, null, "new"));
        engine.trim(ORDERS_0, 4);
        engine.trim(ORDERS_3, LogEngine.HIGH_WATERMARK);
        reopen();
        assertThat(engine.topic(ORDERS)).contains(new Topic(ORDERS, 4, settings));
        assertThat(readAll(ORDERS_0))
                .hasSize(6)
                .first()
                .extracting(StoredRecord::offset)
                .isEqualTo(4L);
        assertThat(engine.offsets(ORDERS_3).logStartOffset()).isEqualTo(1);
        assertThat(append(ORDERS_3, draft(1, null, "next"))).isEqualTo(1);
    }

    @Test
    void segmentsBelowTheBeginningAreRemoved() throws IOException {
        createOrders("segment.bytes", "16384");
        appendOldAndNew();
        int before = files("orders-0", ".log").size();
        engine.trim(ORDERS_0, 50);
        retain(0, 0);
        assertThat(files("orders-0", ".log").size()).isBetween(2, before - 2);
        assertThat(readAll(ORDERS_0)).hasSize(50);
        engine.trim(ORDERS_0, LogEngine.HIGH_WATERMARK);
        retain(0, 0);
        assertThat(files("orders-0", ""))
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "00000000000000000100.index", "00000000000000000100.log", "00000000000000000100.timeindex");
        assertThat(Files.readAllLines(root.resolve("log-start-offset-checkpoint")))
                .containsExactly("0", "1", "orders 0 100");
    }

    @Test
    void aDeletedTopicLeavesNothingOfAGrowthThatDidNotFinish() throws IOException {
        createOrders();
        Files.createDirectories(root.resolve("orders-2"));
        Files.createFile(root.resolve("orders-2/00000000000000000000.log"));
        reopen();
        assertThat(engine.topic(ORDERS).orElseThrow().partitions()).isEqualTo(2);
        engine.deleteTopic(ORDERS);
        assertThat(files("", "orders-2")).isEmpty();
    }

    @Test
    void aDeletionThatDidNotFinishDoesNotTakeTheNextTopicOfTheName() throws IOException {
        createOrders();
        append(ORDERS_0, draft(1, null, "a"));
        Files.createDirectories(root.resolve("deleting/0"));
        Files.copy(root.resolve("topics/orders.json"), root.resolve("deleting/0/.json"));
        reopen();
        assertThat(values(ORDERS_0)).containsExactly("a");
        assertThat(files("deleting", "")).isEmpty();
    }
}
