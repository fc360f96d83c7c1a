package io.millrace.log.kafka;

import io.millrace.log.AppendWaiters;
import io.millrace.log.AppendWaiters.Waiter;
import io.millrace.log.Interest;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes those who wait for records. One consumer, on one thread, follows the partitions that somebody waits on, from where
 * they wait; what this node appends itself is told by the appender and wakes sooner.
 */
final class KafkaTail implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaTail.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final Map<TopicPartition, Watched> watched = new ConcurrentHashMap<>();
    /** Partitions to be followed anew, from the lowest offset that is waited for. */
    private final Set<Watched> wanted = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean signalled = new AtomicBoolean();
    private final Object idle = new Object();
    private final Thread thread;
    private volatile Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    KafkaTail(KafkaClients clients) {
        this.clients = clients;
        this.consumer = clients.tail();
        this.thread = Thread.ofPlatform().name("millrace-kafka-tail").daemon().unstarted(this::run);
        thread.start();
    }

    /** One partition: who waits in it, and how far it is known to reach. */
    private final class Watched implements Interest.Place {
        private final TopicPartition partition;
        private final AppendWaiters waiters = new AppendWaiters();
        private volatile long end;

        private Watched(TopicPartition partition) {
            this.partition = partition;
        }

        @Override
        public void await(Waiter waiter) {
            waiters.add(waiter);
            waiters.wakeBelow(end);
            if (closed) {
                waiters.wakeAll();
            } else if (waiters.lowest().isPresent()) {
                wanted.add(this);
                signal();
            }
        }

        @Override
        public void forget(Waiter waiter) {
            waiters.remove(waiter);
        }

        private void reaches(long newEnd) {
            end = newEnd;
            waiters.wakeBelow(newEnd);
        }
    }

    Interest.Place at(TopicPartition partition) {
        return watched(partition);
    }

    private Watched watched(TopicPartition partition) {
        return watched.computeIfAbsent(partition, Watched::new);
    }

    /** This node has appended up to there. */
    void appended(TopicPartition partition, long end) {
        Watched there = watched(partition);
        there.reaches(Math.max(there.end, end));
    }

    /**
     * A read has found that the partition can be read up to there: less than what was appended, while a transaction is open.
     * Without this, who waits there would be woken for nothing again and again.
     */
    void readable(TopicPartition partition, long end) {
        Watched there = watched.get(partition);
        if (there != null) {
            there.end = end;
        }
    }

    /** The topic is gone, or another of that name is there. */
    void forget(TopicName topic) {
        watched.values().removeIf(there -> {
            boolean gone = there.partition.topic().equals(topic);
            if (gone) {
                there.waiters.wakeAll();
            }
            return gone;
        });
    }

    private void signal() {
        if (signalled.compareAndSet(false, true)) {
            synchronized (idle) {
                idle.notifyAll();
            }
            consumer.wakeup();
        }
    }

    private void run() {
        while (!closed) {
            try {
                follow();
                waitWhileNobodyWaits();
                if (!consumer.assignment().isEmpty()) {
                    tell(consumer.poll(POLL));
                }
            } catch (WakeupException interest) {
                // Somebody waits at another place.
            } catch (OffsetOutOfRangeException gone) {
                gone.partitions().forEach(this::wakeAll);
            } catch (TopicAuthorizationException refused) {
                watched.values().stream()
                        .filter(there -> refused.unauthorizedTopics()
                                .contains(there.partition.topic().value()))
                        .forEach(there -> there.waiters.wakeAll());
            } catch (KafkaException failure) {
                LOG.warn("Following the ends of partitions failed and begins anew: {}", KafkaFailures.reason(failure));
                beginAnew();
            }
        }
        clients.close(consumer);
    }

    /** Lets go of the partitions that nobody waits on any more, and takes up those that somebody newly waits on. */
    private void follow() {
        signalled.set(false);
        List<Watched> fresh = new ArrayList<>();
        wanted.removeIf(fresh::add);
        Map<org.apache.kafka.common.TopicPartition, Long> seek = new HashMap<>();
        Map<org.apache.kafka.common.TopicPartition, Boolean> follow = new LinkedHashMap<>();
        for (org.apache.kafka.common.TopicPartition partition : consumer.assignment()) {
            Watched there = watched.get(KafkaRecords.fromKafka(partition));
            if (there != null && there.waiters.lowest().isPresent()) {
                follow.put(partition, true);
            }
        }
        for (Watched there : fresh) {
            there.waiters.lowest().ifPresent(lowest -> {
                org.apache.kafka.common.TopicPartition partition = KafkaRecords.toKafka(there.partition);
                follow.put(partition, true);
                seek.put(partition, lowest);
            });
        }
        if (!follow.keySet().equals(consumer.assignment())) {
            consumer.assign(follow.keySet());
        }
        seek.forEach(consumer::seek);
    }

    private void waitWhileNobodyWaits() {
        synchronized (idle) {
            while (consumer.assignment().isEmpty() && !signalled.get() && !closed) {
                try {
                    idle.wait();
                } catch (InterruptedException stopped) {
                    closed = true;
                }
            }
        }
    }

    private void tell(ConsumerRecords<byte[], byte[]> records) {
        for (org.apache.kafka.common.TopicPartition partition : records.partitions()) {
            Watched there = watched.get(KafkaRecords.fromKafka(partition));
            if (there != null) {
                there.reaches(
                        Math.max(there.end, records.records(partition).getLast().offset() + 1));
            }
        }
    }

    private void wakeAll(org.apache.kafka.common.TopicPartition partition) {
        Watched there = watched.get(KafkaRecords.fromKafka(partition));
        if (there != null) {
            there.waiters.wakeAll();
        }
    }

    private void beginAnew() {
        LockSupport.parkNanos(PAUSE.toNanos());
        Consumer<byte[], byte[]> failed = consumer;
        consumer = clients.tail();
        clients.close(failed);
        wanted.addAll(watched.values());
    }

    @Override
    public void close() {
        closed = true;
        synchronized (idle) {
            idle.notifyAll();
        }
        consumer.wakeup();
        watched.values().forEach(there -> there.waiters.wakeAll());
    }
}
