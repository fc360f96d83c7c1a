package io.millrace.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.Position;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other clients of Kafka write is read here, and what is written here is read there, with nothing lost. */
class OtherKafkaClientsTests {

    private KafkaLogEngine engine;
    private TopicPartition partition;

    @BeforeEach
    void open(TestInfo test) {
        engine = new KafkaLogEngine(
                new KafkaSettings(
                        bootstrap(), Map.of(), (short) -1, Duration.ofSeconds(30), Duration.ofHours(1), 2, 1 << 20),
                new SimpleMeterRegistry(),
                Time.system());
        while (!engine.isReady()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        TopicName topic = new TopicName(
                "others." + Integer.toHexString((test.getDisplayName() + test.getTestMethod()).hashCode()));
        engine.createTopic(topic, 1, TopicSettings.DEFAULTS.with(Map.of("compression.type", "producer")));
        partition = new TopicPartition(topic, 0);
    }

    @AfterEach
    void close() {
        engine.deleteTopic(partition.topic());
        engine.close();
    }

    private static String bootstrap() {
        return KafkaCluster.shared().bootstrapServers();
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", bootstrap());
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private ProducerRecord<String, String> record(@Nullable String key, @Nullable String value) {
        return new ProducerRecord<>(partition.topic().value(), 0, 7L, key, value);
    }

    private FetchedPartition fetch(long offset) {
        return engine.fetch(new FetchPlan(List.of(new Position(partition, offset)), 1000, 1 << 20))
                .partitions()
                .getFirst();
    }

    /** The coordinator of a transaction answers before it has told the partitions. */
    private void awaitReadable(long offset) throws InterruptedException {
        CountDownLatch readable = new CountDownLatch(1);
        engine.await(List.of(new Position(partition, offset)), readable::countDown);
        assertThat(readable.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private static @Nullable String text(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? null
                : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void whatAProducerCompressedIsRead(String compression) {
        try (KafkaProducer<String, String> producer =
                producer(Map.of("compression.type", compression, "linger.ms", 50))) {
            for (int i = 0; i < 100; i++) {
                producer.send(record("k" + i, "value " + i));
            }
        }
        assertThat(fetch(0).records())
                .hasSize(100)
                .allSatisfy(r -> assertThat(text(r.value())).isEqualTo("value " + r.offset()));
    }

    @Test
    void headersNullsAndTimestampsAreKept() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("a", "1".getBytes(StandardCharsets.UTF_8)).add("none", null).add("a", new byte[] {(byte) 0xff});
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
            producer.send(new ProducerRecord<>(partition.topic().value(), 0, 42L, null, "no key", headers));
            producer.send(record("tombstone", null));
        }
        List<StoredRecord> records = fetch(0).records();
        StoredRecord first = records.getFirst();
        assertThat(first.key()).isNull();
        assertThat(first.timestamp()).isEqualTo(42);
        assertThat(first.headers())
                .containsExactly(
                        RecordHeader.text("a", "1"),
                        new RecordHeader("none", null),
                        new RecordHeader("a", ByteBuffer.wrap(new byte[] {(byte) 0xff})));
        assertThat(records.get(1).value()).isNull();
    }

    @Test
    void onlyWhatATransactionCommittedIsRead() throws InterruptedException {
        try (KafkaProducer<String, String> producer = producer(Map.of("transactional.id", partition.toString()))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record("k", "aborted"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(record("k", "committed"));
            producer.flush();

            FetchedPartition open = fetch(0);
            assertThat(open.records()).isEmpty();
            assertThat(open.ends().highWatermark()).isLessThanOrEqualTo(2);
            producer.commitTransaction();
        }
        awaitReadable(2);
        FetchedPartition all = fetch(0);
        assertThat(all.records()).extracting(r -> text(r.value())).containsExactly("committed");
        assertThat(fetch(all.nextOffset()).records()).isEmpty();
    }

    @Test
    void whoWaitsIsWokenByACommitAndNotForNothing() throws InterruptedException {
        AtomicInteger woken = new AtomicInteger();
        CountDownLatch once = new CountDownLatch(1);
        try (KafkaProducer<String, String> producer = producer(Map.of("transactional.id", partition.toString()))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record("k", "v"));
            producer.flush();
            engine.await(List.of(new Position(partition, 0)), () -> {
                woken.incrementAndGet();
                once.countDown();
            });
            assertThat(woken).hasValue(0);
            producer.commitTransaction();
        }
        assertThat(once.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(woken).hasValue(1);
    }

    @Test
    void aNativeConsumerReadsWhatIsWrittenHere() {
        RecordHeader header = RecordHeader.text("trace", "a1");
        engine.append(
                        partition,
                        List.of(
                                new DraftRecord(
                                        5,
                                        null,
                                        ByteBuffer.wrap("v".getBytes(StandardCharsets.UTF_8)),
                                        List.of(header, header)),
                                new DraftRecord(6, ByteBuffer.wrap(new byte[] {1}), null, List.of())))
                .await();
        try (KafkaConsumer<byte[], String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap()), new ByteArrayDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(KafkaRecords.toKafka(partition)));
            consumer.seekToBeginning(List.of(KafkaRecords.toKafka(partition)));
            List<ConsumerRecord<byte[], String>> read =
                    consumer.poll(Duration.ofSeconds(20)).records(KafkaRecords.toKafka(partition));
            assertThat(read.getFirst().key()).isNull();
            assertThat(read.getFirst().value()).isEqualTo("v");
            assertThat(read.getFirst().timestamp()).isEqualTo(5);
            assertThat(read.getFirst().headers().toArray()).hasSize(2);
            assertThat(read.get(1).value()).isNull();
        }
    }

    @Test
    void offsetsOfAGroupAreTheSameInsideAndOutside() {
        String group = "others." + partition.topic();
        try (KafkaOutsideOffsets offsets = new KafkaOutsideOffsets(engine)) {
            assertThat(offsets.of(group).committed()).isEmpty();
            offsets.publish(group, Map.of(partition, 3L));
            assertThat(offsets.of(group).committed()).containsExactly(Map.entry(partition, 3L));
            try (KafkaConsumer<byte[], String> consumer = new KafkaConsumer<>(
                    Map.of("bootstrap.servers", bootstrap(), "group.id", group),
                    new ByteArrayDeserializer(),
                    new StringDeserializer())) {
                assertThat(consumer.committed(java.util.Set.of(KafkaRecords.toKafka(partition))))
                        .containsEntry(KafkaRecords.toKafka(partition), new OffsetAndMetadata(3));
                consumer.subscribe(List.of(partition.topic().value()));
                consumer.poll(Duration.ofSeconds(5));
                assertThat(offsets.of(group).active()).isTrue();
            }
            assertThat(offsets.of(group).active()).isFalse();
        }
    }
}
