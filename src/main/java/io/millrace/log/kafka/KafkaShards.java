package io.millrace.log.kafka;

import io.millrace.log.LogEngine.Append;
import io.millrace.log.LogException;
import io.millrace.log.RequestSettings;
import io.millrace.log.Shards;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shards shared out among the servers of a cluster by Kafka's own group protocol: each is a partition of the topic, and
 * whoever is assigned it takes it with a transactional producer, reads it to its end, and tells the others.
 */
public final class KafkaShards implements Shards {

    /*
     * A server that was cut off, or stood still, may have lost its shards without knowing. It cannot write to them: the
     * producer of the next one has fenced its own. So that it does not answer from memory either, it holds itself to be
     * cut off when the thread that keeps it in the group was late, until a transaction of each shard has proved otherwise.
     */

    private static final Logger LOG = LoggerFactory.getLogger(KafkaShards.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** What all in-sync replicas have is durable; and a broker takes no batch that is larger than a segment. */
    private static final Map<String, String> ON_BROKERS =
            Map.of("durability", "written", "segment.bytes", Integer.toString(16 * 1024 * 1024));

    private static final TopicSettings HOLDERS =
            TopicSettings.DEFAULTS.with(ON_BROKERS).with(Map.of("cleanup.policy", "compact"));

    private final KafkaLogEngine engine;
    private final KafkaNodeSettings node;
    private final Time time;
    private final KafkaHolders holders;
    private final KafkaRequests requests;
    private final KafkaShardSlot.Means means;
    private final Map<Integer, KafkaShardSlot> slots = new ConcurrentHashMap<>();
    private final Thread thread;

    private @Nullable Start start;
    private volatile @Nullable Topic topic;
    private volatile long lastSeenNanos;
    private volatile boolean closed;

    private record Start(TopicName topic, int partitions, TopicSettings settings, Keeper keeper) {}

    /**
     * @param requests how requests that are stored only once are remembered
     * @param executor runs what waits for the cluster; a thread each
     */
    public KafkaShards(
            KafkaLogEngine engine, KafkaNodeSettings node, RequestSettings requests, Time time, Executor executor) {
        this.engine = engine;
        this.node = node;
        this.time = time;
        this.requests = new KafkaRequests(engine, this, node.name(), internal("requests"), requests, executor);
        this.holders = new KafkaHolders(engine.clients(), internal("nodes"));
        this.means = new KafkaShardSlot.Means(engine.clients(), node, holders, this.requests, time, executor);
        this.thread = Thread.ofPlatform().name("millrace-kafka-shards").daemon().unstarted(this::run);
    }

    @Override
    public void start(String purpose, int partitions, TopicSettings settings, Keeper keeper) {
        engine.serveRequests(requests);
        start = new Start(internal(purpose), partitions, settings.with(ON_BROKERS), keeper);
        thread.start();
    }

    private TopicName internal(String purpose) {
        return new TopicName(TopicName.RESERVED_PREFIX + node.name() + "_" + purpose);
    }

    private void run() {
        Start begin = start;
        while (!closed && begin != null) {
            try {
                if (!engine.isReady()) {
                    LockSupport.parkNanos(PAUSE_NANOS / 5);
                } else if (topic == null) {
                    make(internal("nodes"), 1, HOLDERS);
                    topic = make(begin.topic(), begin.partitions(), begin.settings());
                    holders.start();
                } else {
                    takePart(topic.name());
                }
            } catch (RuntimeException failure) {
                if (!closed) {
                    LOG.warn(
                            "Sharing groups with other servers failed and begins anew: {}",
                            KafkaFailures.reason(failure));
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    private Topic make(TopicName name, int partitions, TopicSettings settings) {
        Optional<Topic> there = engine.topic(name);
        try {
            return there.isPresent() ? there.get() : engine.createTopic(name, partitions, settings);
        } catch (LogException.TopicExists madeMeanwhile) {
            return engine.topic(name).orElseThrow(() -> madeMeanwhile);
        }
    }

    private void takePart(TopicName name) {
        KafkaConsumer<byte[], byte[]> member = engine.clients()
                .member(node.name() + "-nodes", (int) node.timeout().toMillis());
        try {
            member.subscribe(List.of(name.value()), new Assignments(member));
            lastSeenNanos = time.nanos();
            while (!closed) {
                member.poll(POLL);
                long now = time.nanos();
                if (wasLate(now)) {
                    slots.values().forEach(KafkaShardSlot::doubt);
                }
                lastSeenNanos = now;
            }
        } finally {
            slots.values().forEach(KafkaShardSlot::release);
            engine.clients().close(member);
        }
    }

    private boolean wasLate(long now) {
        return now - lastSeenNanos > node.timeout().toNanos() / 2;
    }

    private final class Assignments implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> member;

        private Assignments(KafkaConsumer<byte[], byte[]> member) {
            this.member = member;
        }

        @Override
        public void onPartitionsAssigned(Collection<org.apache.kafka.common.TopicPartition> partitions) {
            member.pause(partitions);
            partitions.forEach(partition -> slot(partition.partition()).assign());
        }

        @Override
        public void onPartitionsRevoked(Collection<org.apache.kafka.common.TopicPartition> partitions) {
            partitions.forEach(partition -> slot(partition.partition()).release());
        }
    }

    private KafkaShardSlot slot(int shard) {
        return slots.computeIfAbsent(shard, number -> new KafkaShardSlot(this, means, number));
    }

    /** Whoever keeps what is in the shards. */
    Keeper keeper() {
        Start begin = start;
        if (begin == null) {
            throw new IllegalStateException("Not started");
        }
        return begin.keeper();
    }

    /** The partition that a shard is. */
    TopicPartition partition(int shard) {
        return topic().partition(shard);
    }

    private Topic topic() {
        Topic known = topic;
        if (known == null) {
            throw new LogException.Unavailable("Kafka has not been reached yet, so groups cannot be served", null);
        }
        return known;
    }

    /** Whether no shard is to be taken any more. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isReady() {
        return topic != null
                && IntStream.range(0, count())
                        .allMatch(shard -> isHeld(shard) || holder(shard).isPresent());
    }

    @Override
    public int count() {
        return topic().partitions();
    }

    @Override
    public void check(int shard) {
        if (!isHeld(shard) || wasLate(time.nanos())) {
            throw new LogException.ShardElsewhere();
        }
    }

    private boolean isHeld(int shard) {
        KafkaShardSlot slot = slots.get(shard);
        return slot != null && slot.isHeld();
    }

    @Override
    public Append append(int number, List<DraftRecord> records) {
        KafkaShardSlot slot = slots.get(number);
        KafkaShard shard = slot == null ? null : slot.shard();
        if (shard == null) {
            throw new LogException.ShardElsewhere();
        }
        return shard.append(partition(number), records);
    }

    @Override
    public Optional<String> holder(int shard) {
        return isHeld(shard) ? Optional.empty() : holders.of(shard).filter(url -> !url.equals(node.advertisedUrl()));
    }

    @Override
    public Set<String> others() {
        return holders.all().stream()
                .filter(url -> !url.equals(node.advertisedUrl()))
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        holders.close();
    }
}
