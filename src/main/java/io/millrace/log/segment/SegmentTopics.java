package io.millrace.log.segment;

import io.millrace.log.LogException;
import io.millrace.log.RequestSettings;
import io.millrace.log.Topic;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The topics of a data directory and the logs of their partitions. Topics are changed one at a time. */
final class SegmentTopics {

    /** A topic and its logs, by partition. */
    private record TopicLogs(Topic topic, List<PartitionLog> partitions) {}

    private final DataDirectory directory;
    private final OffsetCheckpoint starts;
    private final OffsetCheckpoint cleaned;
    private final Recovery recovery;
    private final FreeSpace space;
    private final SharedJournal journal;
    private final Map<TopicName, TopicLogs> topics = new ConcurrentHashMap<>();
    /** The same by name, so that who asks for all need not sort them. */
    private final Map<TopicName, Topic> inOrder = new ConcurrentSkipListMap<>();

    private final List<Consumer<TopicName>> listeners = new CopyOnWriteArrayList<>();
    private final Object change = new Object();
    private final boolean readOnly;
    private volatile boolean closed;

    /** Recovers what is in the directory; one that is read only refuses every change. */
    SegmentTopics(
            Disk disk,
            DataDirectory directory,
            RequestSettings requests,
            FreeSpace space,
            FreeSpace unguarded,
            SharedJournal journal,
            boolean readOnly) {
        this.directory = directory;
        this.readOnly = readOnly;
        this.starts = new OffsetCheckpoint(directory.logStartOffsets());
        this.cleaned = new OffsetCheckpoint(directory.cleanedOffsets());
        this.recovery = new Recovery(disk, requests, space, unguarded, journal);
        this.space = space;
        this.journal = journal;
        boolean clean = directory.stoppedCleanly();
        // Before the segments are looked at: a server that this is not may go on to write both.
        Map<TopicPartition, List<ByteBuffer>> journaled = clean ? Map.of() : journal.read();
        Map<TopicPartition, Long> points = directory.recoveryPoints().read();
        directory.topics().parallelStream().forEach(topic -> {
            Function<TopicPartition, PartitionLog> open = id -> recovery.open(
                    id,
                    directory.directory(id),
                    topic.settings(),
                    new Recovery.Known(
                            clean, points.getOrDefault(id, 0L), starts.of(id), journaled.getOrDefault(id, List.of())));
            put(topic, logs(topic, 0, open).toList());
        });
    }

    private static Stream<PartitionLog> logs(Topic topic, int from, Function<TopicPartition, PartitionLog> open) {
        return IntStream.range(from, topic.partitions()).mapToObj(p -> open.apply(topic.partition(p)));
    }

    /** Makes the partitions of a topic from a number on; they are there for nobody until the topic's file says so. */
    private List<PartitionLog> make(Topic topic, int from) {
        return logs(topic, from, id -> {
                    // What a crash left of a creation or growth that was never answered.
                    directory.clear(id);
                    return recovery.open(id, directory.directory(id), topic.settings(), Recovery.Known.NEW);
                })
                .toList();
    }

    void create(Topic topic) {
        synchronized (change) {
            checkWritable();
            if (topics.containsKey(topic.name())) {
                throw new LogException.TopicExists(topic.name());
            }
            if (!topic.name().isReserved()) {
                space.take(0);
            }
            forget(topic.name());
            List<PartitionLog> made = make(topic, 0);
            directory.write(topic);
            put(topic, made);
        }
        tell(topic.name());
    }

    void alter(Topic topic) {
        int had;
        TopicLogs before;
        synchronized (change) {
            checkWritable();
            before = logs(topic.name());
            had = before.topic().partitions();
            if (topic.partitions() < had) {
                throw new LogException.FewerPartitions(before.topic(), topic.partitions());
            }
            if (topic.equals(before.topic())) {
                return;
            }
            if (topic.partitions() > had) {
                space.take(0);
            }
            List<PartitionLog> all = new ArrayList<>(before.partitions());
            all.addAll(make(topic, had));
            directory.write(topic);
            put(topic, List.copyOf(all));
            before.partitions().forEach(log -> log.alter(topic.settings()));
        }
        if (topic.partitions() > had) {
            before.partitions().forEach(PartitionLog::wakeAll);
            tell(topic.name());
        }
    }

    void delete(TopicName name) {
        synchronized (change) {
            checkWritable();
            TopicLogs logs = logs(name);
            topics.remove(name);
            inOrder.remove(name);
            logs.partitions().forEach(PartitionLog::abandon);
            directory.remove(logs.topic());
            forget(name);
        }
        tell(name);
    }

    private void put(Topic topic, List<PartitionLog> partitions) {
        topics.put(topic.name(), new TopicLogs(topic, partitions));
        inOrder.put(topic.name(), topic);
    }

    private void forget(TopicName name) {
        journal.forget(name);
        starts.forget(name);
        cleaned.forget(name);
    }

    /** Up to where partitions were cleaned that are compacted. */
    OffsetCheckpoint cleaned() {
        return cleaned;
    }

    void onChange(Consumer<TopicName> listener) {
        listeners.add(listener);
    }

    private void tell(TopicName name) {
        listeners.forEach(listener -> listener.accept(name));
    }

    Optional<Topic> find(TopicName name) {
        return Optional.ofNullable(topics.get(name)).map(TopicLogs::topic);
    }

    /** All topics, by name. */
    List<Topic> all() {
        return List.copyOf(inOrder.values());
    }

    /** The logs of all partitions, in no order. */
    Collection<PartitionLog> allLogs() {
        return topics.values().stream()
                .flatMap(logs -> logs.partitions().stream())
                .toList();
    }

    /** The log of a partition, if that is there. */
    Optional<PartitionLog> findLog(TopicPartition id) {
        TopicLogs logs = topics.get(id.topic());
        return logs == null || id.partition() >= logs.partitions().size()
                ? Optional.empty()
                : Optional.of(logs.partitions().get(id.partition()));
    }

    /** The logs of a topic's partitions, in order; none if it is not there. */
    List<PartitionLog> logsOf(TopicName name) {
        checkOpen();
        TopicLogs logs = topics.get(name);
        return logs == null ? List.of() : logs.partitions();
    }

    /** The log of a partition that is there. */
    PartitionLog log(TopicPartition id) {
        checkOpen();
        List<PartitionLog> logs = logs(id.topic()).partitions();
        if (id.partition() >= logs.size()) {
            throw new LogException.PartitionNotFound(id.topic(), id.partition(), logs.size());
        }
        return logs.get(id.partition());
    }

    /** The log of a partition that is there, to be changed. */
    PartitionLog writableLog(TopicPartition id) {
        checkWritable();
        return log(id);
    }

    private TopicLogs logs(TopicName name) {
        TopicLogs logs = topics.get(name);
        if (logs == null) {
            throw new LogException.TopicNotFound(name);
        }
        return logs;
    }

    /** Has a partition begin at an offset, see {@link io.millrace.log.LogEngine#trim}. */
    long trim(TopicPartition id, long beforeOffset) {
        return writableLog(id).upkeep().trim(beforeOffset, start -> starts.put(id, start));
    }

    boolean isReadOnly() {
        return readOnly;
    }

    boolean isClosed() {
        return closed;
    }

    void checkOpen() {
        if (closed) {
            throw new LogException.Unavailable("The server is shutting down", null);
        }
    }

    void checkWritable() {
        checkOpen();
        if (readOnly) {
            throw new LogException.Unsupported("This data directory was opened only to be read");
        }
    }

    /** Refuses whatever is asked from now on. */
    void refuse() {
        synchronized (change) {
            closed = true;
        }
    }

    /** Closes all logs; returns whether all of them are whole on disk now. */
    boolean close() {
        refuse();
        return allLogs().parallelStream().filter(log -> !log.close()).count() == 0;
    }
}
