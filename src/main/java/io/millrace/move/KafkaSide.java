package io.millrace.move;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.group.GroupOffsets;
import io.millrace.log.LogEngine;
import io.millrace.log.TopicSetting;
import io.millrace.log.TopicSettings;
import io.millrace.log.kafka.KafkaGroupOffsets;
import io.millrace.log.kafka.KafkaLogEngine;
import io.millrace.log.kafka.KafkaSettings;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A Kafka cluster. */
final class KafkaSide implements Side {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int MAX_MESSAGE_BYTES = 96 * 1024 * 1024;

    /** The least that Kafka takes for a segment. */
    private static final int MIN_SEGMENT_BYTES = 1024 * 1024;

    /** Kafka counts all of a batch, its header and the lengths in it too; this is enough for that and some headers. */
    private static final int BATCH_BYTES = 256;

    /** What serves large transfers; a message is rather waited for than given up while those behind it go on. */
    private static final Map<String, String> PROPERTIES = Map.of(
            "linger.ms", "5",
            "batch.size", Integer.toString(512 * 1024),
            "buffer.memory", Integer.toString(128 * 1024 * 1024),
            "delivery.timeout.ms", Long.toString(Duration.ofMinutes(10).toMillis()),
            "max.partition.fetch.bytes", Integer.toString(4 * 1024 * 1024));

    private final String brokers;
    private final KafkaLogEngine log;
    private final KafkaGroupOffsets groups;

    private KafkaSide(String brokers, KafkaLogEngine log) {
        this.brokers = brokers;
        this.log = log;
        this.groups = new KafkaGroupOffsets(log);
    }

    /**
     * Connects to a cluster.
     *
     * @throws io.millrace.log.LogException.Unavailable if it cannot be reached
     */
    static KafkaSide connect(String brokers, MoveOptions options, Time time) {
        Map<String, String> properties = new HashMap<>(PROPERTIES);
        properties.putAll(options.properties());
        KafkaSettings settings = new KafkaSettings(
                brokers, properties, options.replicationFactor(), TIMEOUT, TIMEOUT, 2, MAX_MESSAGE_BYTES);
        KafkaLogEngine log = new KafkaLogEngine(settings, new SimpleMeterRegistry(), time);
        try {
            // A little longer than one question takes, so that it is known why there was no answer.
            long deadline = time.nanos() + TIMEOUT.plusSeconds(5).toNanos();
            while (!log.isReady() && time.nanos() - deadline < 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            // Says why, if it could not be reached.
            log.topics();
            return new KafkaSide(brokers, log);
        } catch (RuntimeException failure) {
            log.close();
            throw failure;
        }
    }

    @Override
    public String name() {
        return "Kafka at " + brokers;
    }

    @Override
    public LogEngine log() {
        return log;
    }

    @Override
    public TopicSettings fit(TopicSettings settings) {
        int segmentBytes = Math.max(settings.segmentBytes(), MIN_SEGMENT_BYTES);
        return settings.with(Map.of(TopicSetting.SEGMENT_BYTES.key(), Integer.toString(segmentBytes)));
    }

    @Override
    public int overheadBytes() {
        return BATCH_BYTES;
    }

    @Override
    public Map<String, GroupOffsets.Standing> groups() {
        Map<String, GroupOffsets.Standing> standings = new TreeMap<>();
        for (String group : groups.groups()) {
            if (!isOfServers(group)) {
                standings.put(group, new GroupOffsets.Standing(groups.committed(group), groups.isActive(group)));
            }
        }
        return standings;
    }

    /** Whether it is the group by which Millrace servers share out their work. */
    private static boolean isOfServers(String group) {
        return group.startsWith("millrace") && group.endsWith("-nodes");
    }

    @Override
    public boolean canName(String group) {
        return !isOfServers(group);
    }

    @Override
    public void commit(Map<String, Map<TopicPartition, Long>> offsets) {
        offsets.forEach(groups::write);
    }

    @Override
    public void settle() {}

    @Override
    public void close() {
        log.close();
    }
}
