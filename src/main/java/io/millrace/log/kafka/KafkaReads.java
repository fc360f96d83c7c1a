package io.millrace.log.kafka;

import io.millrace.log.FetchCollector;
import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;

/** Reads for all clients through a few consumers, which are lent from read to read. */
final class KafkaReads implements AutoCloseable {

    /** So many partitions are read at once; more would be fetched in vain when the first of them fill the answer. */
    private static final int PARTITIONS_AT_ONCE = 8;

    private final KafkaClients clients;
    private final KafkaTopics topics;
    private final KafkaEnds ends;
    private final KafkaTail tail;
    private final Semaphore permits;
    private final AtomicInteger made = new AtomicInteger();
    private final List<KafkaFetcher> idle = new ArrayList<>();
    /** Up to where each partition is known to be readable; what lies below needs no asking. */
    private final Map<TopicPartition, Long> knownEnds = new ConcurrentHashMap<>();

    private final Map<TopicPartition, Long> knownStarts = new ConcurrentHashMap<>();
    private volatile boolean closed;

    KafkaReads(KafkaClients clients, KafkaTopics topics, KafkaEnds ends, KafkaTail tail) {
        this.clients = clients;
        this.topics = topics;
        this.ends = ends;
        this.tail = tail;
        this.permits = new Semaphore(clients.settings().fetchers(), true);
        topics.onChange(name -> {
            knownEnds.keySet().removeIf(partition -> partition.topic().equals(name));
            knownStarts.keySet().removeIf(partition -> partition.topic().equals(name));
        });
    }

    Fetched fetch(FetchPlan plan) {
        plan.positions().forEach(position -> topics.require(position.partition()));
        KafkaFetcher fetcher = lend(plan);
        boolean healthy = false;
        try {
            Fetched fetched = read(plan, fetcher);
            healthy = true;
            return fetched;
        } catch (LogException.OffsetOutOfRange asked) {
            healthy = true;
            throw asked;
        } catch (OffsetOutOfRangeException gone) {
            healthy = true;
            org.apache.kafka.common.TopicPartition first =
                    gone.partitions().iterator().next();
            throw outOfRange(
                    KafkaRecords.fromKafka(first),
                    gone.offsetOutOfRangePartitions().getOrDefault(first, 0L));
        } catch (KafkaException failure) {
            throw failed(plan, failure);
        } finally {
            giveBack(fetcher, healthy);
        }
    }

    /** The partition begins there now. */
    void beginsAt(TopicPartition partition, long start) {
        knownStarts.merge(partition, start, Math::max);
    }

    private Fetched read(FetchPlan plan, KafkaFetcher fetcher) {
        learnEnds(plan, fetcher);
        FetchCollector collector = new FetchCollector(plan);
        List<FetchedPartition> found = new ArrayList<>();
        List<Position> some = new ArrayList<>();
        for (Position position : plan.positions()) {
            long end = end(position.partition());
            // What was fetched ahead may hold records that were trimmed since.
            if (position.offset() < start(position.partition()) || position.offset() > end) {
                throw outOfRange(position.partition(), position.offset());
            }
            some.add(position);
            if (some.size() == PARTITIONS_AT_ONCE) {
                found.addAll(readSome(some, fetcher, collector));
                some.clear();
            }
            if (collector.isFull()) {
                break;
            }
        }
        found.addAll(readSome(some, fetcher, collector));
        return new Fetched(found);
    }

    private List<FetchedPartition> readSome(List<Position> some, KafkaFetcher fetcher, FetchCollector collector) {
        List<Position> there =
                some.stream().filter(p -> p.offset() < end(p.partition())).toList();
        Map<TopicPartition, KafkaFetcher.Read> reads = new HashMap<>();
        if (!there.isEmpty() && !collector.isFull()) {
            int polls = (int) clients.settings().requestTimeout().toMillis() / 100;
            fetcher.read(there, knownEnds, collector, polls).forEach(read -> reads.put(read.partition(), read));
        }
        List<FetchedPartition> found = new ArrayList<>();
        for (Position position : some) {
            TopicPartition partition = position.partition();
            KafkaFetcher.Read read = reads.get(partition);
            long next = read == null ? position.offset() : read.next();
            knownEnds.merge(partition, next, Math::max);
            PartitionOffsets known = new PartitionOffsets(start(partition), end(partition), 0);
            found.add(new FetchedPartition(partition, read == null ? List.of() : read.records(), next, known));
        }
        return found;
    }

    /** Asks for the ends that are not known to lie behind the positions. */
    private void learnEnds(FetchPlan plan, KafkaFetcher fetcher) {
        List<TopicPartition> toAsk = new ArrayList<>();
        List<TopicPartition> unknown = new ArrayList<>();
        for (Position position : plan.positions()) {
            if (position.offset() >= end(position.partition())) {
                toAsk.add(position.partition());
            }
            if (!knownStarts.containsKey(position.partition())) {
                unknown.add(position.partition());
            }
        }
        if (!toAsk.isEmpty()) {
            fetcher.ends(toAsk).forEach((partition, end) -> {
                knownEnds.put(partition, end);
                tail.readable(partition, end);
            });
        }
        if (!unknown.isEmpty()) {
            knownStarts.putAll(fetcher.starts(unknown));
        }
    }

    private long end(TopicPartition partition) {
        return knownEnds.getOrDefault(partition, -1L);
    }

    private long start(TopicPartition partition) {
        return knownStarts.getOrDefault(partition, 0L);
    }

    private LogException outOfRange(TopicPartition partition, long offset) {
        PartitionOffsets now = ends.require(partition);
        knownStarts.put(partition, now.logStartOffset());
        knownEnds.put(partition, now.highWatermark());
        return new LogException.OffsetOutOfRange(partition, offset, now);
    }

    private LogException failed(FetchPlan plan, KafkaException failure) {
        LogException known = KafkaFailures.of(
                failure, "read", plan.positions().getFirst().partition().topic());
        if (known instanceof LogException.TopicNotFound) {
            // Which of them is gone, the next look will tell.
            plan.positions()
                    .forEach(position -> topics.forget(position.partition().topic()));
        }
        return known;
    }

    private KafkaFetcher lend(FetchPlan plan) {
        try {
            long wait = clients.settings().requestTimeout().toMillis();
            if (closed || !permits.tryAcquire(wait, TimeUnit.MILLISECONDS)) {
                throw new LogException.Unavailable(
                        closed
                                ? "The server is shutting down"
                                : "All consumers that read from Kafka are busy; millrace.kafka.fetchers is %d"
                                        .formatted(clients.settings().fetchers()),
                        null);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LogException.Unavailable("The server is shutting down", stopped);
        }
        synchronized (idle) {
            for (KafkaFetcher fetcher : idle) {
                if (!plan.positions().isEmpty()
                        && fetcher.standsAt(plan.positions().getFirst())) {
                    idle.remove(fetcher);
                    return fetcher;
                }
            }
            if (!idle.isEmpty()) {
                return idle.removeFirst();
            }
        }
        try {
            return new KafkaFetcher(clients, "fetcher-" + made.incrementAndGet());
        } catch (RuntimeException failure) {
            permits.release();
            throw failure;
        }
    }

    private void giveBack(KafkaFetcher fetcher, boolean healthy) {
        boolean kept = false;
        synchronized (idle) {
            if (healthy && !closed) {
                idle.add(fetcher);
                kept = true;
            }
        }
        permits.release();
        if (!kept) {
            fetcher.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        synchronized (idle) {
            idle.forEach(KafkaFetcher::close);
            idle.clear();
        }
    }
}
