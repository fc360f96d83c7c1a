package io.millrace.log.segment;

import io.millrace.log.AppendTerms;
import io.millrace.log.CleanerTally;
import io.millrace.log.FetchCollector;
import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.Interest;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.log.RequestSettings;
import io.millrace.log.RequestTry;
import io.millrace.log.RequestTurns;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.RequestId;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The embedded engine: topics over one data directory. */
public final class SegmentLogEngine implements LogEngine {

    /** A partition is forced behind its producers' backs when so much came since; a start after a crash reads that. */
    private static final int CHECKPOINT_WORTH_BYTES = 4 * 1024 * 1024;

    private final DataDirectory directory;
    private final SharedJournal journal;
    private final SegmentTopics topics;
    private final Cleaner cleaner;
    private final RequestTurns<Map.Entry<TopicName, RequestId>> turns;
    private Map<TopicPartition, Long> writtenRecoveryPoints = Map.of();
    private boolean closed;

    private SegmentLogEngine(
            DataDirectory directory,
            SharedJournal journal,
            SegmentTopics topics,
            Cleaner cleaner,
            RequestSettings requests) {
        this.directory = directory;
        this.journal = journal;
        this.topics = topics;
        this.cleaner = cleaner;
        this.turns = new RequestTurns<>(requests);
    }

    /**
     * Opens a data directory, which is made if it is not there, and recovers what is in it.
     *
     * @param owner who opens it, told to others that try meanwhile
     * @param background runs what nobody should wait for
     * @throws LogException.Unavailable if another process has it open
     */
    public static SegmentLogEngine open(
            Disk disk, Path root, String owner, SegmentSettings settings, Time time, Executor background) {
        return open(disk, root, owner, settings, time, background, false);
    }

    /** Opens a data directory with the usual settings; whoever appends does what there is to do on the way. */
    public static SegmentLogEngine open(Disk disk, Path root, String owner) {
        return open(disk, root, owner, SegmentSettings.DEFAULTS, Time.system(), Runnable::run);
    }

    /**
     * Opens a data directory to look at what is in it now, up to the last whole batch of each partition, also while a server
     * writes to it: no lock is taken and nothing on disk is changed. What comes later is not seen, and whatever would change
     * something is refused. A directory that is not there has no topics.
     */
    public static SegmentLogEngine openToRead(Path root) {
        return open(
                new OverlayDisk(new FileDisk()),
                root,
                "",
                SegmentSettings.DEFAULTS,
                Time.system(),
                Runnable::run,
                true);
    }

    private static SegmentLogEngine open(
            Disk disk,
            Path root,
            String owner,
            SegmentSettings settings,
            Time time,
            Executor background,
            boolean readOnly) {
        DataDirectory directory = new DataDirectory(disk, root, owner);
        SharedJournal journal = new SharedJournal(disk, root, settings.journalFileBytes(), background);
        try {
            SegmentTopics topics = new SegmentTopics(
                    disk,
                    directory,
                    settings.requests(),
                    new FreeSpace(disk, root, settings.minFreeBytes(), time),
                    new FreeSpace(disk, root, 0, time),
                    journal,
                    readOnly);
            Map<String, CompressionTally> tallies = directory.compression();
            topics.allLogs()
                    .forEach(log -> log.countCompressionFrom(
                            tallies.getOrDefault(log.id().toString(), CompressionTally.NONE)));
            if (!readOnly) {
                // All of it is in the segments, and they are forced.
                journal.delete();
                directory.markRunning();
            }
            Cleaner cleaner = new Cleaner(
                    disk, directory, topics.cleaned(), settings.cleanerBufferBytes(), time, topics::isClosed);
            return new SegmentLogEngine(directory, journal, topics, cleaner, settings.requests());
        } catch (RuntimeException failure) {
            directory.close();
            throw failure;
        }
    }

    @Override
    public Topic createTopic(TopicName name, int partitions, TopicSettings settings) {
        Topic topic = new Topic(name, partitions, settings);
        topics.create(topic);
        return topic;
    }

    @Override
    public Topic alterTopic(TopicName name, int partitions, TopicSettings settings) {
        Topic topic = new Topic(name, partitions, settings);
        topics.alter(topic);
        return topic;
    }

    @Override
    public void deleteTopic(TopicName name) {
        topics.delete(name);
    }

    @Override
    public Optional<Topic> topic(TopicName name) {
        return topics.find(name);
    }

    @Override
    public List<Topic> topics() {
        return topics.all();
    }

    @Override
    public void onTopicChange(Consumer<TopicName> listener) {
        topics.onChange(listener);
    }

    @Override
    public PartitionOffsets offsets(TopicPartition partition) {
        return topics.log(partition).offsets();
    }

    @Override
    public Map<TopicPartition, PartitionOffsets> offsets(Collection<TopicPartition> partitions) {
        topics.checkOpen();
        Map<TopicPartition, PartitionOffsets> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            topics.findLog(partition).ifPresent(log -> offsets.put(partition, log.offsets()));
        }
        return offsets;
    }

    @Override
    public long offsetForTimestamp(TopicPartition partition, long timestamp) {
        return topics.log(partition).offsetForTimestamp(timestamp);
    }

    @Override
    public OptionalDouble compressionRatio(TopicPartition partition) {
        return topics.log(partition).compression().ratio();
    }

    @Override
    public long trim(TopicPartition partition, long beforeOffset) {
        return topics.trim(partition, beforeOffset);
    }

    @Override
    public Append append(TopicPartition partition, List<DraftRecord> records, AppendTerms terms) {
        return topics.writableLog(partition).append(records, terms);
    }

    @Override
    public RequestTry tryOnce(TopicName topic, RequestId id, long nowMillis) {
        Runnable end = turns.take(Map.entry(topic, id));
        try {
            return new SegmentRequestTry(topics, topic, id, nowMillis, end);
        } catch (RuntimeException failure) {
            end.run();
            throw failure;
        }
    }

    @Override
    public Fetched fetch(FetchPlan plan) {
        FetchCollector collector = new FetchCollector(plan);
        List<FetchedPartition> found = new ArrayList<>(plan.positions().size());
        for (Position position : plan.positions()) {
            if (collector.isFull()) {
                break;
            }
            found.add(topics.log(position.partition()).read(position.offset(), collector));
        }
        return new Fetched(found);
    }

    @Override
    public Registration await(List<Position> positions, Runnable wake) {
        Interest interest = new Interest(wake);
        for (Position position : positions) {
            Optional<PartitionLog> log = topics.findLog(position.partition());
            if (topics.isClosed() || log.isEmpty()) {
                interest.run();
                break;
            }
            interest.join(log.get(), position.offset());
        }
        return interest;
    }

    /**
     * Lets go of the records that their topics' retention does not keep, also of those in a segment that is still appended
     * to and older than {@code segment.ms}; to be called from time to time. What fails in one partition is tried again next
     * time and holds up no other.
     *
     * @param nowMillis milliseconds since the epoch
     */
    public void retain(long nowMillis) {
        topics.checkWritable();
        LogException failure = null;
        for (PartitionLog log : topics.allLogs()) {
            try {
                log.upkeep().retain(nowMillis);
            } catch (LogException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Makes durable what is worth it and notes how far each partition is; to be called from time to time. */
    public synchronized void checkpoint() {
        topics.checkWritable();
        Map<TopicPartition, Long> points = new HashMap<>();
        for (PartitionLog log : topics.allLogs()) {
            log.recoveryPoint().advance(CHECKPOINT_WORTH_BYTES);
            points.put(log.id(), log.recoveryPoint().offset());
        }
        if (!closed && !points.equals(writtenRecoveryPoints)) {
            directory.recoveryPoints().write(points);
            directory.writeCompression(compression());
            writtenRecoveryPoints = points;
        }
    }

    /**
     * Compacts the partitions that are worth it, of topics whose {@code cleanup.policy} has {@code compact}; to be called from
     * time to time. It may take long, and holds up nobody.
     *
     * @param nowMillis milliseconds since the epoch
     * @throws LogException if a partition could not be compacted; it has held up no other
     */
    public void clean(long nowMillis) {
        topics.checkWritable();
        synchronized (cleaner) {
            cleaner.clean(topics.allLogs(), nowMillis);
        }
    }

    /** What compaction has done since the start. */
    public CleanerTally cleaned() {
        return cleaner.tally();
    }

    @Override
    public boolean isReady() {
        return !topics.isClosed();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        boolean whole;
        topics.refuse();
        // What is being cleaned is left off soon, as nothing may be changed any more.
        synchronized (cleaner) {
            whole = topics.close();
        }
        try {
            if (whole && !topics.isReadOnly()) {
                journal.delete();
                directory.markStopped();
            }
            if (!topics.isReadOnly()) {
                directory.writeCompression(compression());
            }
        } finally {
            directory.close();
        }
    }

    private Map<String, CompressionTally> compression() {
        return topics.allLogs().stream()
                .collect(Collectors.toMap(log -> log.id().toString(), PartitionLog::compression));
    }
}
