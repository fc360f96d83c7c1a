package io.millrace.log.kafka;

import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which server has which shard: a compacted topic with a record for each shard, written by whoever has taken it, in a
 * transaction of the shard's producer, so that one that has lost it cannot say so any more. This follows it to its end.
 */
final class KafkaHolders implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaHolders.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final TopicPartition partition;
    private final Map<Integer, String> urls = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    KafkaHolders(KafkaClients clients, TopicName topic) {
        this.clients = clients;
        this.partition = new TopicPartition(topic, 0);
        this.thread = Thread.ofPlatform().name("millrace-kafka-nodes").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Optional<String> of(int shard) {
        return Optional.ofNullable(urls.get(shard));
    }

    Set<String> all() {
        return new TreeSet<>(urls.values());
    }

    /** Writes down, in the name of a shard, who has it. */
    void announce(int number, KafkaShard shard, String url, long nowMillis) {
        shard.append(
                        partition,
                        List.of(new DraftRecord(nowMillis, bytes(Integer.toString(number)), bytes(url), List.of())))
                .await();
        urls.put(number, url);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private void run() {
        while (!closed) {
            try (Reading reading = new Reading()) {
                reading.follow();
            } catch (RuntimeException failure) {
                LOG.warn("Following which server has what failed and begins anew: {}", KafkaFailures.reason(failure));
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
        }
    }

    private final class Reading implements AutoCloseable {
        private final Consumer<byte[], byte[]> consumer = clients.fetcher("nodes");

        void follow() {
            List<org.apache.kafka.common.TopicPartition> all = List.of(KafkaRecords.toKafka(partition));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    urls.put(
                            Integer.parseInt(new String(record.key(), StandardCharsets.UTF_8)),
                            new String(record.value(), StandardCharsets.UTF_8));
                }
            }
        }

        @Override
        public void close() {
            clients.close(consumer);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
