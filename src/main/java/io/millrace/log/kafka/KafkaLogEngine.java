package io.millrace.log.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.log.AppendTerms;
import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched;
import io.millrace.log.Interest;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.log.RequestTry;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.RequestId;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine over a Kafka cluster. It starts without one, and refuses calls until it has reached it; so a server may start
 * before its cluster, and outlives its absence.
 */
public final class KafkaLogEngine implements LogEngine {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLogEngine.class);

    private static final long READABLE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What there is once the cluster was reached. */
    private record Connected(
            Admin admin,
            KafkaProducer<byte[], byte[]> producer,
            KafkaTopics topics,
            KafkaEnds ends,
            KafkaTail tail,
            KafkaReads reads,
            KafkaAppends appends) {}

    private final KafkaSettings settings;
    private final KafkaClients clients;
    private final Time time;
    private final List<Consumer<TopicName>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService refresher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("millrace-kafka-refresh").daemon().factory());

    private volatile @Nullable Connected connected;
    private volatile @Nullable KafkaRequests requests;
    private volatile String unreachable = "it was not asked yet";
    private volatile boolean ready;
    private volatile boolean closed;

    /** Begins to look for the cluster, and returns at once. */
    public KafkaLogEngine(KafkaSettings settings, MeterRegistry meters, Time time) {
        this.time = time;
        this.settings = settings;
        this.clients = new KafkaClients(settings, meters);
        Future<?> _ = refresher.scheduleWithFixedDelay(
                this::refresh, 0, settings.refreshInterval().toMillis(), TimeUnit.MILLISECONDS);
    }

    KafkaClients clients() {
        return clients;
    }

    Admin admin() {
        return connected().admin();
    }

    private void refresh() {
        try {
            Connected now = connected;
            if (now == null) {
                now = connect();
            }
            now.topics().refresh();
            if (!ready) {
                LOG.info("Kafka at {} serves", settings.bootstrapServers());
            }
            connected = now;
            ready = true;
        } catch (RuntimeException failure) {
            unreachable = KafkaFailures.reason(failure);
            if (!closed) {
                LOG.warn(
                        "Kafka at {} cannot be reached and will be asked again: {}",
                        settings.bootstrapServers(),
                        unreachable);
            }
            ready = false;
        }
    }

    private Connected connect() {
        Admin admin = clients.admin();
        try {
            KafkaFailures.get(admin.describeCluster().clusterId(), "describe the cluster", null);
            KafkaTopics topics = new KafkaTopics(admin, settings.replicationFactor());
            KafkaEnds ends = new KafkaEnds(admin, topics, time);
            KafkaTail tail = new KafkaTail(clients);
            KafkaReads reads = new KafkaReads(clients, topics, ends, tail);
            KafkaProducer<byte[], byte[]> producer = clients.producer();
            topics.onChange(tail::forget);
            topics.onChange(name -> listeners.forEach(listener -> listener.accept(name)));
            return new Connected(admin, producer, topics, ends, tail, reads, new KafkaAppends(producer, topics, tail));
        } catch (RuntimeException failure) {
            clients.close(admin);
            throw failure;
        }
    }

    private Connected connected() {
        Connected now = connected;
        if (closed) {
            throw new LogException.Unavailable("The server is shutting down", null);
        }
        if (now == null) {
            throw new LogException.Unavailable(
                    "Kafka at %s has not been reached yet: %s".formatted(settings.bootstrapServers(), unreachable),
                    null);
        }
        return now;
    }

    @Override
    public Topic createTopic(TopicName name, int partitions, TopicSettings topicSettings) {
        return connected().topics().create(name, partitions, topicSettings);
    }

    @Override
    public Topic alterTopic(TopicName name, int partitions, TopicSettings topicSettings) {
        return connected().topics().alter(name, partitions, topicSettings);
    }

    @Override
    public void deleteTopic(TopicName name) {
        connected().topics().delete(name);
    }

    @Override
    public Optional<Topic> topic(TopicName name) {
        return connected().topics().find(name);
    }

    @Override
    public List<Topic> topics() {
        return connected().topics().all();
    }

    @Override
    public void onTopicChange(Consumer<TopicName> listener) {
        listeners.add(listener);
    }

    @Override
    public PartitionOffsets offsets(TopicPartition partition) {
        return connected().ends().require(partition);
    }

    @Override
    public Map<TopicPartition, PartitionOffsets> offsets(Collection<TopicPartition> partitions) {
        return connected().ends().of(partitions);
    }

    @Override
    public long offsetForTimestamp(TopicPartition partition, long timestamp) {
        return connected().ends().atTimestamp(partition, timestamp);
    }

    @Override
    public long trim(TopicPartition partition, long beforeOffset) {
        Connected now = connected();
        long start = now.ends().trim(partition, beforeOffset);
        now.reads().beginsAt(partition, start);
        return start;
    }

    @Override
    public Append append(TopicPartition partition, List<DraftRecord> records, AppendTerms terms) {
        if (!terms.equals(AppendTerms.NONE)) {
            throw noTerms();
        }
        return connected().appends().append(partition, records);
    }

    @Override
    public RequestTry tryOnce(TopicName topic, RequestId id, long nowMillis) {
        KafkaRequests serving = requests;
        if (serving == null) {
            throw new LogException.Unavailable("The server is starting", null);
        }
        return serving.tryOnce(topic, id, nowMillis);
    }

    /** Has requests that are stored only once be taken from now on. */
    void serveRequests(KafkaRequests serving) {
        requests = serving;
    }

    /** Kafka's brokers know of no such thing, and its clients number their records themselves. */
    static LogException noTerms() {
        return new LogException.Unsupported(
                "Over Kafka, a message cannot be stored at an expected offset or with a producer's own sequence; send an Idempotency-Key to make repeats harmless");
    }

    Optional<Uuid> topicId(TopicName name) {
        return connected().topics().idOf(name);
    }

    /** Checks that records may be appended to a partition. */
    void check(TopicPartition partition, List<DraftRecord> records) {
        connected().topics().require(partition).settings().check(records);
    }

    /** Returns when what a transaction has stored below {@code end} can be read, or at least not for ever later. */
    void awaitReadable(TopicPartition partition, long end) {
        Connected now = connected();
        long deadline = time.nanos() + settings.requestTimeout().toNanos();
        while (now.ends().require(partition).highWatermark() < end && time.nanos() < deadline) {
            LockSupport.parkNanos(READABLE_PAUSE_NANOS);
        }
        now.tail().appended(partition, end);
    }

    @Override
    public Fetched fetch(FetchPlan plan) {
        return connected().reads().fetch(plan);
    }

    @Override
    public Registration await(List<Position> positions, Runnable wake) {
        Interest interest = new Interest(wake);
        Connected now = connected;
        for (Position position : positions) {
            if (closed || now == null || !now.topics().isKnown(position.partition())) {
                interest.run();
                break;
            }
            interest.join(now.tail().at(position.partition()), position.offset());
        }
        return interest;
    }

    @Override
    public boolean isReady() {
        return ready && !closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        refresher.shutdownNow();
        Connected now = connected;
        if (now != null) {
            now.tail().close();
            clients.close(now.producer(), settings.requestTimeout());
            now.reads().close();
            clients.close(now.admin());
        }
    }
}
