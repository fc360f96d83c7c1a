package io.millrace.log.segment;

import io.millrace.log.FetchCollector;
import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.Interest;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The embedded engine: topics over one data directory. */
public final class SegmentLogEngine implements LogEngine {

    /** A partition is forced behind its producers' backs when so much came since; a start after a crash reads that. */
    private static final int CHECKPOINT_WORTH_BYTES = 4 * 1024 * 1024;

    /** A topic and its logs, by partition. */
    private record TopicLogs(Topic topic, List<PartitionLog> partitions) {}

    private final Disk disk;
    private final DataDirectory directory;
    private final boolean readOnly;
    private final Map<TopicName, TopicLogs> topics = new ConcurrentHashMap<>();
    private final List<Consumer<TopicName>> listeners = new CopyOnWriteArrayList<>();
    private final Object topicChange = new Object();
    private Map<TopicPartition, Long> writtenRecoveryPoints = Map.of();
    private volatile boolean closed;

    private SegmentLogEngine(Disk disk, DataDirectory directory, boolean readOnly) {
        this.disk = disk;
        this.directory = directory;
        this.readOnly = readOnly;
    }

    /**
     * Opens a data directory, which is made if it is not there, and recovers what is in it.
     *
     * @param owner who opens it, told to others that try meanwhile
     * @throws LogException.Unavailable if another process has it open
     */
    public static SegmentLogEngine open(Disk disk, Path root, String owner) {
        return open(disk, root, owner, false);
    }

    /**
     * Opens a data directory to look at what is in it now, up to the last whole batch of each partition, also while a server
     * writes to it: no lock is taken and nothing on disk is changed. What comes later is not seen, and whatever would change
     * something is refused. A directory that is not there has no topics.
     */
    public static SegmentLogEngine openToRead(Path root) {
        return open(new OverlayDisk(new FileDisk()), root, "", true);
    }

    private static SegmentLogEngine open(Disk disk, Path root, String owner, boolean readOnly) {
        DataDirectory directory = new DataDirectory(disk, root, owner);
        try {
            SegmentLogEngine engine = new SegmentLogEngine(disk, directory, readOnly);
            engine.load();
            return engine;
        } catch (RuntimeException failure) {
            directory.close();
            throw failure;
        }
    }

    private void load() {
        boolean clean = directory.stoppedCleanly();
        Map<TopicPartition, Long> points = directory.recoveryPoints();
        Recovery recovery = new Recovery(disk);
        directory.topics().parallelStream().forEach(topic -> {
            topics.put(
                    topic.name(),
                    logs(
                            topic,
                            id -> recovery.open(
                                    id,
                                    directory.directory(id),
                                    topic.settings(),
                                    clean,
                                    points.getOrDefault(id, 0L))));
        });
        Map<String, CompressionTally> tallies = directory.compression();
        logs().forEach(log ->
                log.countCompressionFrom(tallies.getOrDefault(log.id().toString(), CompressionTally.NONE)));
        directory.markRunning();
    }

    private static TopicLogs logs(Topic topic, Function<TopicPartition, PartitionLog> open) {
        return new TopicLogs(
                topic,
                IntStream.range(0, topic.partitions())
                        .mapToObj(p -> open.apply(topic.partition(p)))
                        .toList());
    }

    @Override
    public Topic createTopic(TopicName name, int partitions, TopicSettings settings) {
        Topic topic = new Topic(name, partitions, settings);
        synchronized (topicChange) {
            checkWritable();
            if (topics.containsKey(name)) {
                throw new LogException.TopicExists(name);
            }
            Recovery recovery = new Recovery(disk);
            TopicLogs logs = logs(topic, id -> {
                // What a crash left of a creation that was never answered.
                disk.delete(directory.directory(id));
                return recovery.open(id, directory.directory(id), settings, true, 0);
            });
            directory.add(topic);
            topics.put(name, logs);
        }
        listeners.forEach(listener -> listener.accept(name));
        return topic;
    }

    @Override
    public void deleteTopic(TopicName name) {
        synchronized (topicChange) {
            checkWritable();
            TopicLogs logs = logs(name);
            topics.remove(name);
            logs.partitions().forEach(PartitionLog::abandon);
            directory.remove(logs.topic());
        }
        listeners.forEach(listener -> listener.accept(name));
    }

    @Override
    public Optional<Topic> topic(TopicName name) {
        return Optional.ofNullable(topics.get(name)).map(TopicLogs::topic);
    }

    @Override
    public List<Topic> topics() {
        return topics.values().stream()
                .map(TopicLogs::topic)
                .sorted(Comparator.comparing(Topic::name))
                .toList();
    }

    @Override
    public void onTopicChange(Consumer<TopicName> listener) {
        listeners.add(listener);
    }

    @Override
    public PartitionOffsets offsets(TopicPartition partition) {
        return log(partition).offsets();
    }

    @Override
    public Map<TopicPartition, PartitionOffsets> offsets(Collection<TopicPartition> partitions) {
        checkOpen();
        Map<TopicPartition, PartitionOffsets> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            TopicLogs logs = topics.get(partition.topic());
            if (logs != null && partition.partition() < logs.partitions().size()) {
                offsets.put(
                        partition, logs.partitions().get(partition.partition()).offsets());
            }
        }
        return offsets;
    }

    @Override
    public long offsetForTimestamp(TopicPartition partition, long timestamp) {
        return log(partition).offsetForTimestamp(timestamp);
    }

    @Override
    public OptionalDouble compressionRatio(TopicPartition partition) {
        return log(partition).compression().ratio();
    }

    @Override
    public Append append(TopicPartition partition, List<DraftRecord> records) {
        checkWritable();
        return log(partition).append(records);
    }

    @Override
    public Fetched fetch(FetchPlan plan) {
        FetchCollector collector = new FetchCollector(plan.maxRecords(), plan.maxBytes());
        List<FetchedPartition> found = new ArrayList<>(plan.positions().size());
        for (Position position : plan.positions()) {
            if (collector.isFull()) {
                break;
            }
            found.add(log(position.partition()).read(position.offset(), collector));
        }
        return new Fetched(found);
    }

    @Override
    public Registration await(List<Position> positions, Runnable wake) {
        Interest interest = new Interest(wake);
        for (Position position : positions) {
            TopicLogs logs = topics.get(position.partition().topic());
            if (closed || logs == null) {
                interest.run();
                break;
            }
            interest.join(logs.partitions().get(position.partition().partition()), position.offset());
        }
        return interest;
    }

    /** Lets go of the records that their topics' retention does not keep; to be called from time to time. */
    public void retain(long nowMillis) {
        checkWritable();
        topics.values().forEach(logs -> logs.partitions().forEach(log -> log.retain(nowMillis)));
    }

    /** Makes durable what is worth it and notes how far each partition is; to be called from time to time. */
    public synchronized void checkpoint() {
        checkWritable();
        Map<TopicPartition, Long> points = new ConcurrentHashMap<>();
        for (TopicLogs logs : topics.values()) {
            for (PartitionLog log : logs.partitions()) {
                log.checkpoint(CHECKPOINT_WORTH_BYTES);
                points.put(log.id(), log.recoveryPoint());
            }
        }
        if (!closed && !points.equals(writtenRecoveryPoints)) {
            directory.writeRecoveryPoints(points);
            directory.writeCompression(compression());
            writtenRecoveryPoints = points;
        }
    }

    @Override
    public boolean isReady() {
        return !closed;
    }

    @Override
    public synchronized void close() {
        synchronized (topicChange) {
            if (closed) {
                return;
            }
            closed = true;
        }
        long failures = topics.values().parallelStream()
                .flatMap(logs -> logs.partitions().stream())
                .filter(log -> !log.close())
                .count();
        try {
            if (failures == 0 && !readOnly) {
                directory.markStopped();
            }
            if (!readOnly) {
                directory.writeCompression(compression());
            }
        } finally {
            directory.close();
        }
    }

    private Map<String, CompressionTally> compression() {
        return logs().collect(Collectors.toMap(log -> log.id().toString(), PartitionLog::compression));
    }

    private Stream<PartitionLog> logs() {
        return topics.values().stream().flatMap(logs -> logs.partitions().stream());
    }

    private TopicLogs logs(TopicName name) {
        TopicLogs logs = topics.get(name);
        if (logs == null) {
            throw new LogException.TopicNotFound(name);
        }
        return logs;
    }

    private PartitionLog log(TopicPartition id) {
        checkOpen();
        TopicLogs logs = logs(id.topic());
        if (id.partition() >= logs.partitions().size()) {
            throw new LogException.PartitionNotFound(
                    id.topic(), id.partition(), logs.partitions().size());
        }
        return logs.partitions().get(id.partition());
    }

    private void checkOpen() {
        if (closed) {
            throw new LogException.Unavailable("The server is shutting down", null);
        }
    }

    private void checkWritable() {
        checkOpen();
        if (readOnly) {
            throw new LogException.Unsupported("This data directory was opened only to be read");
        }
    }
}
