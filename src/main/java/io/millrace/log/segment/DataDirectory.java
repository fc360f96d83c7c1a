package io.millrace.log.segment;

import io.millrace.log.LogException;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
    private static final int CHECKPOINT_VERSION = 0;

    private final Disk disk;
    private final Path root;
    private final Path topics;
    private final Path deleting;
    private final Path cleanStop;
    private final Path recoveryPoints;
    private final Path logStartOffsets;
    private final Path compression;
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
        this.cleanStop = root.resolve("clean-stop");
        this.recoveryPoints = root.resolve("recovery-point-offset-checkpoint");
        this.logStartOffsets = root.resolve("log-start-offset-checkpoint");
        this.compression = root.resolve("compression.json");
        disk.createDirectories(root);
        this.lock = disk.lock(root.resolve(".lock"), owner);
        disk.createDirectories(topics);
        finishDeletions();
    }

    /** Where a partition's segments are. */
    Path directory(TopicPartition partition) {
        return root.resolve(partition.toString());
    }

    boolean stoppedCleanly() {
        return disk.exists(cleanStop);
    }

    void markRunning() {
        disk.delete(cleanStop);
        disk.forceDirectory(root);
    }

    void markStopped() {
        replace(cleanStop, "");
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
        replace(file(topic.name()), JSON.writeValueAsString(file));
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
            TopicFile known = JSON.readValue(text(file), TopicFile.class);
            return new Topic(
                    new TopicName(known.name()), known.partitions(), TopicSettings.DEFAULTS.with(known.config()));
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw new LogException.Corrupt(
                    "The topic file %s cannot be read: %s".formatted(file, unreadable), unreadable);
        }
    }

    /** Up to where partitions were forced when that was last written down; none where that cannot be read. */
    Map<TopicPartition, Long> recoveryPoints() {
        return offsets(recoveryPoints);
    }

    void writeRecoveryPoints(Map<TopicPartition, Long> points) {
        write(points, recoveryPoints);
    }

    /** Where partitions begin that were trimmed. */
    Map<TopicPartition, Long> logStartOffsets() {
        return offsets(logStartOffsets);
    }

    void writeLogStartOffsets(Map<TopicPartition, Long> offsets) {
        write(offsets, logStartOffsets);
    }

    private Map<TopicPartition, Long> offsets(Path checkpoint) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        if (disk.exists(checkpoint)) {
            String[] lines = text(checkpoint).split("\n", -1);
            for (int i = 2; i < lines.length; i++) {
                String[] fields = lines[i].split(" ", -1);
                if (fields.length == 3) {
                    offsets.put(
                            new TopicPartition(new TopicName(fields[0]), Integer.parseInt(fields[1])),
                            Long.parseLong(fields[2]));
                }
            }
        }
        return offsets;
    }

    private void write(Map<TopicPartition, Long> offsets, Path checkpoint) {
        List<String> lines = new ArrayList<>();
        lines.add(Integer.toString(CHECKPOINT_VERSION));
        lines.add(Integer.toString(offsets.size()));
        new TreeMap<>(offsets).forEach((id, offset) -> lines.add(id.topic() + " " + id.partition() + " " + offset));
        replace(checkpoint, String.join("\n", lines) + "\n");
    }

    /** What was counted of compression, by partition; nothing where that cannot be read. */
    Map<String, CompressionTally> compression() {
        if (!disk.exists(compression)) {
            return Map.of();
        }
        try {
            return JSON.readValue(text(compression), new TypeReference<Map<String, CompressionTally>>() {});
        } catch (JacksonException unreadable) {
            return Map.of();
        }
    }

    void writeCompression(Map<String, CompressionTally> tallies) {
        replace(compression, JSON.writeValueAsString(new TreeMap<>(tallies)));
    }

    private String text(Path path) {
        try (Disk.File file = disk.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
            return new String(bytes.array(), StandardCharsets.UTF_8);
        }
    }

    private void replace(Path path, String text) {
        Path draft = path.resolveSibling(path.getFileName() + "~");
        try (Disk.File file = disk.open(draft)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            file.force();
        }
        disk.rename(draft, path);
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
