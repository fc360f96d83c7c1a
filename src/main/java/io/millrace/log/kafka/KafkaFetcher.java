package io.millrace.log.kafka;

import io.millrace.log.FetchCollector;
import io.millrace.log.LogException;
import io.millrace.log.Position;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * A consumer that reads wherever it is told to. It keeps what it has read ahead, so that whoever reads on from where this
 * one has stopped is served without asking again. Used by one thread at a time.
 */
final class KafkaFetcher implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    /**
     * A partition of which more than this was read ahead is not read on before that is given away. A fetch is bounded as it
     * comes from the broker, compressed; what compression hides can be a thousand times as much.
     */
    private static final long AHEAD_BYTES = 1024 * 1024;

    private final KafkaClients clients;
    private final Consumer<byte[], byte[]> consumer;
    /** For each partition that the consumer has: what was read and not yet given away. */
    private final Map<TopicPartition, Ahead> ahead = new HashMap<>();
    /** For each of them: where the next record that is given away must come from. */
    private final Map<TopicPartition, Long> next = new HashMap<>();

    /** Records in order, and their size. */
    private static final class Ahead {
        private final Deque<StoredRecord> records = new ArrayDeque<>();
        private long bytes;

        private void add(StoredRecord record) {
            records.add(record);
            bytes += record.sizeInBytes();
        }

        private StoredRecord remove() {
            StoredRecord first = records.remove();
            bytes -= first.sizeInBytes();
            return first;
        }
    }

    /** @param name what it is called in the cluster's metrics */
    KafkaFetcher(KafkaClients clients, String name) {
        this.clients = clients;
        this.consumer = clients.fetcher(name);
    }

    /** Whether it stands where this read begins. */
    boolean standsAt(Position position) {
        Long stands = next.get(position.partition());
        return stands != null && stands == position.offset();
    }

    /** Where partitions end, of what is committed. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return offsets(consumer.endOffsets(kafka(partitions)));
    }

    /** Where partitions begin. */
    Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions) {
        return offsets(consumer.beginningOffsets(kafka(partitions)));
    }

    private static List<org.apache.kafka.common.TopicPartition> kafka(Collection<TopicPartition> partitions) {
        return partitions.stream().map(KafkaRecords::toKafka).toList();
    }

    private static Map<TopicPartition, Long> offsets(Map<org.apache.kafka.common.TopicPartition, Long> offsets) {
        return offsets.entrySet().stream()
                .collect(Collectors.toMap(entry -> KafkaRecords.fromKafka(entry.getKey()), Map.Entry::getValue));
    }

    /**
     * Reads from positions that are known to be below the ends of their partitions.
     *
     * @param ends up to where each partition can be read
     * @param polls how often to ask in vain before giving up
     */
    List<Read> read(List<Position> positions, Map<TopicPartition, Long> ends, FetchCollector collector, int polls) {
        goTo(positions);
        int left = polls;
        List<Read> reads = new ArrayList<>();
        for (Position position : positions) {
            List<StoredRecord> records = new ArrayList<>();
            TopicPartition partition = position.partition();
            long end = ends.getOrDefault(partition, 0L);
            while (!collector.isFull() && !give(partition, records, collector) && stands(partition) < end) {
                if (!readOn(partition) && left-- == 0) {
                    throw new LogException.Unavailable(
                            "Kafka did not send the messages of partition %d of topic '%s' in time"
                                    .formatted(partition.partition(), partition.topic()),
                            null);
                }
            }
            reads.add(new Read(partition, records, stands(partition)));
        }
        return reads;
    }

    /** @param next where the reading of the partition goes on */
    record Read(TopicPartition partition, List<StoredRecord> records, long next) {}

    private void goTo(List<Position> positions) {
        Set<TopicPartition> wanted = positions.stream().map(Position::partition).collect(Collectors.toSet());
        if (!wanted.equals(next.keySet())) {
            consumer.assign(kafka(wanted));
            next.keySet().retainAll(wanted);
            ahead.keySet().retainAll(wanted);
        }
        for (Position position : positions) {
            if (!standsAt(position)) {
                ahead.put(position.partition(), new Ahead());
                next.put(position.partition(), position.offset());
                consumer.seek(KafkaRecords.toKafka(position.partition()), position.offset());
            }
        }
    }

    /** Gives away what was read ahead; answers whether something was left. */
    private boolean give(TopicPartition partition, List<StoredRecord> records, FetchCollector collector) {
        Ahead there = ahead.getOrDefault(partition, new Ahead());
        while (!there.records.isEmpty() && collector.offer(there.records.element(), records)) {
            next.put(partition, there.remove().offset() + 1);
        }
        return !there.records.isEmpty();
    }

    /** Where the partition is read on: the consumer itself knows how far a gap reaches. */
    private long stands(TopicPartition partition) {
        Ahead there = ahead.get(partition);
        if (there == null || there.records.isEmpty()) {
            next.put(partition, consumer.position(KafkaRecords.toKafka(partition)));
        }
        return next.getOrDefault(partition, 0L);
    }

    /** Reads some records on, of which one partition has none left; answers whether any came. */
    private boolean readOn(TopicPartition empty) {
        consumer.resume(List.of(KafkaRecords.toKafka(empty)));
        ConsumerRecords<byte[], byte[]> read = consumer.poll(POLL);
        for (org.apache.kafka.common.TopicPartition partition : read.partitions()) {
            Ahead there = ahead.computeIfAbsent(KafkaRecords.fromKafka(partition), p -> new Ahead());
            for (ConsumerRecord<byte[], byte[]> record : read.records(partition)) {
                there.add(KafkaRecords.fromKafka(record));
            }
            if (there.bytes > AHEAD_BYTES) {
                consumer.pause(List.of(partition));
            }
        }
        return !read.isEmpty();
    }

    @Override
    public void close() {
        clients.close(consumer);
    }
}
