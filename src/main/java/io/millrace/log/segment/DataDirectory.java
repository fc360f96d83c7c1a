package io.millrace.log.segment;

import io.millrace.log.LogException;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The directory that one server owns. Besides the logs it holds what is known about them:
 *
 * <pre>
 * .lock                              held while a server runs; tells which
 * clean-stop                         there after a clean stop, gone while a server runs
 * recovery-point-offset-checkpoint   Kafka's format: up to where each partition was forced
 * log-start-offset-checkpoint        Kafka's format: where each partition begins that was trimmed
 * cleaner-offset-checkpoint          Kafka's format: up to where each partition was cleaned that is compacted
 * journal.0, journal.1               while a server runs and after a crash: see {@link SharedJournal}
 * compression.json                   what compression made of each partition, when that was last written down
 * topics/&lt;topic&gt;.json                a topic is there if and only if this file is
 * &lt;topic&gt;-&lt;partition&gt;/              segments and indexes
 * deleting/&lt;n&gt;/                      what is left of a topic whose deletion has begun
 * </pre>
 *
 * Every change is one rename of a finished, forced file, so that a crash leaves the old or the new state.
 */
final class DataDirectory implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String TOPIC_SUFFIX = ".json";

    private final Disk disk;
    private final Path root;
    private final Path topics;
    private final Path deleting;
    private final TextFile cleanStop;
    private final OffsetFile recoveryPoints;
    private final OffsetFile logStartOffsets;
    private final OffsetFile cleanedOffsets;
    private final TextFile compression;
    private final AutoCloseable lock;

    /**
     * Takes the directory for this process, and makes it if it is not there.
     *
     * @param owner who takes it, for the message that another process will get
     */
    DataDirectory(Disk disk, Path root, String owner) {
        this.disk = disk;
        this.root = root;
        this.topics = root.resolve("topics");
        this.deleting = root.resolve("deleting");
        this.cleanStop = new TextFile(disk, root.resolve("clean-stop"));
        this.recoveryPoints = offsets("recovery-point-offset-checkpoint");
        this.logStartOffsets = offsets("log-start-offset-checkpoint");
        this.cleanedOffsets = offsets("cleaner-offset-checkpoint");
        this.compression = new TextFile(disk, root.resolve("compression.json"));
        disk.createDirectories(root);
        this.lock = disk.lock(root.resolve(".lock"), owner);
        disk.createDirectories(topics);
        finishDeletions();
    }

    private OffsetFile offsets(String name) {
        return new OffsetFile(new TextFile(disk, root.resolve(name)));
    }

    /** Where a partition's segments are. */
    Path directory(TopicPartition partition) {
        return root.resolve(partition.toString());
    }

    boolean stoppedCleanly() {
        return cleanStop.isThere();
    }

    void markRunning() {
        disk.delete(cleanStop.path());
        disk.forceDirectory(root);
    }

    void markStopped() {
        cleanStop.replace("");
    }

    /** What is known of a topic, as it stands in its file. */
    private record TopicFile(String name, int partitions, Map<String, String> config) {}

    /** All topics, by name. */
    List<Topic> topics() {
        return disk.list(topics).stream()
                .filter(file -> file.toString().endsWith(TOPIC_SUFFIX))
                .sorted()
                .map(this::read)
                .toList();
    }

    /** Makes a topic known, or known as it is now; its partitions must be there. */
    void write(Topic topic) {
        TopicFile file = new TopicFile(
                topic.name().value(), topic.partitions(), topic.settings().toMap());
        new TextFile(disk, file(topic.name())).replace(JSON.writeValueAsString(file));
    }

    /** Takes away what is left of a partition that no topic has. */
    void clear(TopicPartition partition) {
        disk.delete(directory(partition));
    }

    /** Takes a topic away for good, and then its partitions' directories; nobody may use them any more. */
    void remove(Topic topic) {
        int number = 0;
        while (disk.exists(deleting.resolve(Integer.toString(number)))) {
            number++;
        }
        Path grave = deleting.resolve(Integer.toString(number));
        disk.createDirectories(grave);
        disk.rename(file(topic.name()), grave.resolve(TOPIC_SUFFIX));
        bury(topic, grave);
    }

    private void finishDeletions() {
        for (Path grave : disk.list(deleting)) {
            Path topic = grave.resolve(TOPIC_SUFFIX);
            // Where another topic has got the name meanwhile, the directories are that one's.
            if (disk.exists(topic) && !disk.exists(file(read(topic).name()))) {
                bury(read(topic), grave);
            } else {
                disk.delete(grave);
            }
        }
    }

    /** Removes the directories first and last the file that says which they are. */
    private void bury(Topic topic, Path grave) {
        for (int p = 0; p < topic.partitions() || isThere(topic, p); p++) {
            clear(new TopicPartition(topic.name(), p));
        }
        disk.forceDirectory(root);
        disk.delete(grave);
    }

    /** Beyond the topic's partitions a crash may have left some of a growth that was never answered. */
    private boolean isThere(Topic topic, int partition) {
        return disk.exists(directory(new TopicPartition(topic.name(), partition)));
    }

    private Path file(TopicName name) {
        return topics.resolve(name + TOPIC_SUFFIX);
    }

    private Topic read(Path file) {
        try {
            TopicFile known = JSON.readValue(new TextFile(disk, file).read(), TopicFile.class);
            return new Topic(
                    new TopicName(known.name()), known.partitions(), TopicSettings.DEFAULTS.with(known.config()));
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw new LogException.Corrupt(
                    "The topic file %s cannot be read: %s".formatted(file, unreadable), unreadable);
        }
    }

    /** Up to where partitions were forced when that was last written down. */
    OffsetFile recoveryPoints() {
        return recoveryPoints;
    }

    /** Where partitions begin that were trimmed. */
    OffsetFile logStartOffsets() {
        return logStartOffsets;
    }

    /** Up to where partitions were cleaned that are compacted. */
    OffsetFile cleanedOffsets() {
        return cleanedOffsets;
    }

    /** What was counted of compression, by partition; nothing where that cannot be read. */
    Map<String, CompressionTally> compression() {
        if (!compression.isThere()) {
            return Map.of();
        }
        try {
            return JSON.readValue(compression.read(), new TypeReference<Map<String, CompressionTally>>() {});
        } catch (JacksonException unreadable) {
            return Map.of();
        }
    }

    void writeCompression(Map<String, CompressionTally> tallies) {
        compression.replace(JSON.writeValueAsString(new TreeMap<>(tallies)));
    }

    /** Gives the directory up. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (Exception e) {
            throw new LogException.StorageFailed("Could not give up the lock of " + root, e);
        }
    }
}
