package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine must do; each engine's tests inherit it. */
public abstract class LogEngineContract {

    protected static final TopicName ORDERS = new TopicName("orders");
    protected static final TopicPartition ORDERS_0 = new TopicPartition(ORDERS, 0);
    protected static final TopicPartition ORDERS_1 = new TopicPartition(ORDERS, 1);

    protected LogEngine engine;

    /** A new engine without topics. */
    protected abstract LogEngine newEngine();

    @BeforeEach
    void open() {
        engine = newEngine();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    protected void createOrders() {
        engine.createTopic(ORDERS, 2, TopicSettings.DEFAULTS);
    }

    protected static DraftRecord draft(
            long timestamp, @Nullable String key, @Nullable String value, RecordHeader... headers) {
        return new DraftRecord(timestamp, bytes(key), bytes(value), List.of(headers));
    }

    private static @Nullable ByteBuffer bytes(@Nullable String text) {
        return text == null ? null : ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    protected static @Nullable String text(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? null
                : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    protected long append(TopicPartition partition, DraftRecord... records) {
        return engine.append(partition, List.of(records)).await().offset(0);
    }

    protected List<StoredRecord> read(TopicPartition partition, long offset, int maxRecords, long maxBytes) {
        return engine.fetch(new FetchPlan(List.of(new Position(partition, offset)), maxRecords, maxBytes))
                .partitions()
                .getFirst()
                .records();
    }

    protected List<StoredRecord> readAll(TopicPartition partition) {
        return read(partition, engine.offsets(partition).logStartOffset(), Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    protected List<String> values(TopicPartition partition) {
        return readAll(partition).stream().map(r -> text(r.value())).toList();
    }

    @Test
    void aCreatedTopicIsThereWithItsPartitionsAndSettings() {
        TopicSettings settings = TopicSettings.DEFAULTS.with(Map.of("durability", "written"));
        engine.createTopic(ORDERS, 2, settings);
        assertThat(engine.topic(ORDERS)).contains(new Topic(ORDERS, 2, settings));
        assertThat(engine.topics()).containsExactly(new Topic(ORDERS, 2, settings));
        assertThat(engine.offsets(ORDERS_1).highWatermark()).isZero();
    }

    @Test
    void aTopicCannotBeCreatedTwice() {
        createOrders();
        assertThatThrownBy(this::createOrders).isInstanceOf(LogException.TopicExists.class);
    }

    @Test
    void aDeletedTopicIsGoneAndItsNameIsFree() {
        createOrders();
        append(ORDERS_0, draft(1, null, "old"));
        engine.deleteTopic(ORDERS);
        assertThat(engine.topics()).isEmpty();
        assertThatThrownBy(() -> readAll(ORDERS_0)).isInstanceOf(LogException.TopicNotFound.class);
        createOrders();
        assertThat(values(ORDERS_0)).isEmpty();
    }

    @Test
    void whatIsNotThereIsRefusedByName() {
        assertThatThrownBy(() -> engine.deleteTopic(ORDERS)).isInstanceOf(LogException.TopicNotFound.class);
        assertThatThrownBy(() -> append(ORDERS_0, draft(1, null, "v"))).isInstanceOf(LogException.TopicNotFound.class);
        createOrders();
        assertThatThrownBy(() -> append(new TopicPartition(ORDERS, 2), draft(1, null, "v")))
                .isInstanceOf(LogException.PartitionNotFound.class)
                .hasMessageContaining("no partition 2");
    }

    @Test
    void listenersHearOfTopicsThatComeAndGo() {
        List<TopicName> heard = new ArrayList<>();
        engine.onTopicChange(heard::add);
        createOrders();
        engine.deleteTopic(ORDERS);
        assertThat(heard).containsExactly(ORDERS, ORDERS);
    }

    @Test
    void recordsComeBackInOrderWithAllTheyHad() {
        createOrders();
        RecordHeader first = RecordHeader.text("trace", "a");
        RecordHeader second = RecordHeader.text("other", "ü");
        RecordHeader third = RecordHeader.text("trace", "b");
        assertThat(append(ORDERS_0, draft(5, "k", "v", first, second, third), draft(3, null, "")))
                .isZero();
        assertThat(append(ORDERS_0, draft(7, "", null))).isEqualTo(2);

        List<StoredRecord> stored = readAll(ORDERS_0);
        assertThat(stored).extracting(StoredRecord::offset).containsExactly(0L, 1L, 2L);
        assertThat(stored).extracting(StoredRecord::timestamp).containsExactly(5L, 3L, 7L);
        assertThat(stored).extracting(r -> text(r.key())).containsExactly("k", null, "");
        assertThat(stored).extracting(r -> text(r.value())).containsExactly("v", "", null);
        assertThat(stored.getFirst().headers()).containsExactly(first, second, third);
    }

    @Test
    void partitionsCountTheirOffsetsApart() {
        createOrders();
        append(ORDERS_0, draft(1, null, "a"));
        assertThat(append(ORDERS_1, draft(1, null, "b"))).isZero();
        assertThat(values(ORDERS_1)).containsExactly("b");
    }

    @Test
    void aReadBeginsAndEndsWhereItIsTold() {
        createOrders();
        append(ORDERS_0, numbered(0, 100));
        assertThat(read(ORDERS_0, 40, 3, Long.MAX_VALUE))
                .extracting(StoredRecord::offset)
                .containsExactly(40L, 41L, 42L);
        assertThat(read(ORDERS_0, 100, 3, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void aReadStopsBeforeTheRecordThatPassesTheByteLimit() {
        createOrders();
        append(ORDERS_0, draft(1, null, "12345"), draft(1, null, "12345"), draft(1, null, "12345"));
        assertThat(read(ORDERS_0, 0, 10, 14)).hasSize(2);
    }

    @Test
    void theFirstRecordIsReturnedWhateverItsSize() {
        createOrders();
        append(ORDERS_0, draft(1, null, "x".repeat(1000)), draft(1, null, "y"));
        assertThat(read(ORDERS_0, 0, 10, 1)).hasSize(1);
    }

    @Test
    void aFetchOverPartitionsSharesItsLimitsInTheOrderGiven() {
        createOrders();
        append(ORDERS_0, numbered(0, 3));
        append(ORDERS_1, numbered(0, 3));
        Fetched fetched = engine.fetch(
                new FetchPlan(List.of(new Position(ORDERS_1, 0), new Position(ORDERS_0, 0)), 4, Long.MAX_VALUE));
        assertThat(fetched.recordCount()).isEqualTo(4);
        assertThat(fetched.partitions().getFirst().records()).hasSize(3);
        assertThat(fetched.partitions().get(1).nextOffset()).isEqualTo(1);
    }

    @Test
    void anOffsetOutsideTheLogIsRefusedWithBothEnds() {
        createOrders();
        append(ORDERS_0, numbered(0, 3));
        assertThatThrownBy(() -> read(ORDERS_0, 4, 1, 1))
                .isInstanceOf(LogException.OffsetOutOfRange.class)
                .hasMessageContaining("from 0")
                .hasMessageContaining("to 3");
    }

    @Test
    void anOffsetBelowZeroIsOutsideTheLog() {
        createOrders();
        assertThatThrownBy(() -> read(ORDERS_0, -1, 1, 1)).isInstanceOf(LogException.OffsetOutOfRange.class);
    }

    @Test
    void endsOfManyPartitionsAreThoseOfEachAndNoneOfWhatIsNotThere() {
        createOrders();
        append(ORDERS_1, numbered(0, 3));
        Map<TopicPartition, PartitionOffsets> ends =
                engine.offsets(List.of(ORDERS_0, ORDERS_1, new TopicPartition(ORDERS, 2)));
        assertThat(ends).containsOnlyKeys(ORDERS_0, ORDERS_1);
        assertThat(ends.get(ORDERS_0).highWatermark()).isZero();
        assertThat(ends.get(ORDERS_1).highWatermark()).isEqualTo(3);
    }

    @Test
    void aRecordLargerThanTheTopicAllowsIsRefusedAndNothingIsStored() {
        engine.createTopic(ORDERS, 2, TopicSettings.DEFAULTS.with(Map.of("max.message.bytes", "10")));
        assertThatThrownBy(() -> append(ORDERS_0, draft(1, null, "small"), draft(1, "key", "too large")))
                .isInstanceOfSatisfying(
                        LogException.RecordTooLarge.class,
                        e -> assertThat(e.index()).isEqualTo(1));
        assertThat(values(ORDERS_0)).isEmpty();
    }

    @Test
    void manyLargeRecordsInOneAppendStayInOrder() {
        createOrders();
        DraftRecord[] large = IntStream.range(0, 40)
                .mapToObj(i -> draft(1, null, i + "-" + "x".repeat(100_000)))
                .toArray(DraftRecord[]::new);
        append(ORDERS_0, large);
        assertThat(readAll(ORDERS_0))
                .extracting(r -> Integer.parseInt(text(r.value()).split("-", 2)[0]))
                .containsExactlyElementsOf(IntStream.range(0, 40).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"})
    void everyCompressionComesBackAsSent(String type) {
        engine.createTopic(ORDERS, 2, TopicSettings.DEFAULTS.with(Map.of("compression.type", type)));
        append(ORDERS_0, repetitive(0, 300));
        append(ORDERS_0, draft(300, null, "v300", RecordHeader.text("trace", "a")));
        assertThat(values(ORDERS_0))
                .hasSize(301)
                .startsWith("again and again and again 0", "again and again and again 1")
                .endsWith("again and again and again 299", "v300");
        assertThat(read(ORDERS_0, 299, 5, Long.MAX_VALUE))
                .extracting(StoredRecord::offset)
                .containsExactly(299L, 300L);
    }

    @Test
    void aFetchOfWhatCompressesWellTakesMemoryForWhatItReturnsOnly() {
        engine.createTopic(ORDERS, 2, TopicSettings.DEFAULTS.with(Map.of("compression.type", "zstd")));
        DraftRecord large = draft(1, null, "x".repeat(500_000));
        for (int i = 0; i < 15; i++) {
            append(ORDERS_0, Collections.nCopies(20, large).toArray(DraftRecord[]::new));
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(read(ORDERS_0, 0, 1000, 1_000_000)).hasSize(2);
        // What is there is 150 MB, some thousand times what it takes on disk.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000_000);
    }

    @Test
    void aTimestampLeadsToTheFirstRecordThatIsNotOlder() {
        createOrders();
        append(ORDERS_0, draft(10, null, "a"), draft(30, null, "b"));
        append(ORDERS_0, draft(20, null, "c"), draft(40, null, "d"));
        assertThat(engine.offsetForTimestamp(ORDERS_0, 0)).isZero();
        assertThat(engine.offsetForTimestamp(ORDERS_0, 11)).isEqualTo(1);
        assertThat(engine.offsetForTimestamp(ORDERS_0, 31)).isEqualTo(3);
        assertThat(engine.offsetForTimestamp(ORDERS_0, 41)).isEqualTo(4);
    }

    @Test
    void whoWaitsIsWokenByTheRecordItWaitsForAndOnlyOnce() {
        createOrders();
        AtomicInteger woken = new AtomicInteger();
        engine.await(List.of(new Position(ORDERS_0, 0), new Position(ORDERS_1, 0)), woken::incrementAndGet);
        assertThat(woken).hasValue(0);
        append(ORDERS_1, draft(1, null, "a"));
        assertThat(woken).hasValue(1);
        append(ORDERS_0, draft(1, null, "b"));
        assertThat(woken).hasValue(1);
    }

    @Test
    void whoWaitsForWhatIsThereIsWokenAtOnce() {
        createOrders();
        append(ORDERS_0, draft(1, null, "a"));
        AtomicInteger woken = new AtomicInteger();
        engine.await(List.of(new Position(ORDERS_0, 0)), woken::incrementAndGet);
        assertThat(woken).hasValue(1);
    }

    @Test
    void whoWaitsElsewhereSleepsOn() {
        createOrders();
        AtomicInteger woken = new AtomicInteger();
        engine.await(List.of(new Position(ORDERS_1, 0)), woken::incrementAndGet);
        append(ORDERS_0, draft(1, null, "a"));
        assertThat(woken).hasValue(0);
    }

    @Test
    void aCancelledWaitIsNotWoken() {
        createOrders();
        AtomicInteger woken = new AtomicInteger();
        engine.await(List.of(new Position(ORDERS_0, 0)), woken::incrementAndGet).cancel();
        append(ORDERS_0, draft(1, null, "a"));
        assertThat(woken).hasValue(0);
    }

    @Test
    void deletingATopicWakesWhoWaitsForIt() {
        createOrders();
        AtomicInteger woken = new AtomicInteger();
        engine.await(List.of(new Position(ORDERS_0, 0)), woken::incrementAndGet);
        engine.deleteTopic(ORDERS);
        assertThat(woken).hasValue(1);
    }

    @Test
    void closingWakesWhoWaitsAndRefusesCalls() {
        createOrders();
        AtomicInteger woken = new AtomicInteger();
        engine.await(List.of(new Position(ORDERS_0, 0)), woken::incrementAndGet);
        engine.close();
        assertThat(woken).hasValue(1);
        assertThat(engine.isReady()).isFalse();
        assertThatThrownBy(() -> readAll(ORDERS_0)).isInstanceOf(LogException.Unavailable.class);
    }

    @Test
    void concurrentAppendsEachGetTheirOwnOffsets() throws Exception {
        createOrders();
        List<Thread> threads = IntStream.range(0, 16)
                .mapToObj(t -> Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 20; i++) {
                        append(ORDERS_0, draft(1, "t" + t, Integer.toString(i)));
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        List<StoredRecord> all = readAll(ORDERS_0);
        assertThat(all)
                .extracting(StoredRecord::offset)
                .containsExactlyElementsOf(
                        IntStream.range(0, 320).mapToObj(i -> (long) i).toList());
        assertThat(all.stream().filter(r -> "t7".equals(text(r.key()))).map(r -> text(r.value())))
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(Integer::toString).toList());
    }

    /** Records of which any compression makes less. */
    protected static DraftRecord[] repetitive(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> draft(i, null, "again and again and again " + i))
                .toArray(DraftRecord[]::new);
    }

    protected static DraftRecord[] numbered(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> draft(i, "k" + i, "v" + i))
                .toArray(DraftRecord[]::new);
    }
}
