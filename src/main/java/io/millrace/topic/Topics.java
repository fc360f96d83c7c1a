package io.millrace.topic;

import static java.util.Objects.requireNonNull;

import io.millrace.log.InvalidSettingException;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Topic;
import io.millrace.log.TopicSetting;
import io.millrace.log.TopicSettings;
import io.millrace.record.InvalidNameException;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The topics that clients see: all but the server's own, whose names are reserved. */
public final class Topics {

    private final LogEngine log;
    private final TopicPolicy policy;
    private final Object alteration = new Object();

    public Topics(LogEngine log, TopicPolicy policy) {
        this.log = log;
        this.policy = policy;
    }

    /**
     * Makes a topic.
     *
     * @param partitions how many partitions, or null for the server's default
     * @param config settings by name; all others are at the server's defaults
     * @throws InvalidNameException if the name is reserved
     * @throws InvalidSettingException if there is no such setting or it cannot have that value
     * @throws TopicLimitReached if there are too many topics or partitions
     * @throws LogException.TopicExists if there is one of that name
     */
    public Topic create(TopicName name, @Nullable Integer partitions, Map<String, String> config) {
        checkNotReserved(name);
        int wanted = partitions == null ? policy.defaultPartitions() : partitions;
        TopicSettings settings = policy.defaults().with(config);
        checkMaxMessageBytes(settings);
        if (log.topic(name).isPresent()) {
            throw new LogException.TopicExists(name);
        }
        checkTopics();
        checkPartitions(name, 0, wanted);
        return log.createTopic(name, wanted, settings);
    }

    private static void checkNotReserved(TopicName name) {
        if (name.isReserved()) {
            throw new InvalidNameException("'%s' cannot be used: names that begin with '%s' are reserved for the server"
                    .formatted(name, TopicName.RESERVED_PREFIX));
        }
    }

    private void checkMaxMessageBytes(TopicSettings settings) {
        if (settings.maxMessageBytes() > policy.maxMessageBytes()) {
            throw new InvalidSettingException(
                    "'%d' is not a value of %s: the server's limit is millrace.limits.max-message-bytes, %d"
                            .formatted(
                                    settings.maxMessageBytes(),
                                    TopicSetting.MAX_MESSAGE_BYTES.key(),
                                    policy.maxMessageBytes()));
        }
    }

    private void checkTopics() {
        int topics = log.topics().size();
        if (topics >= policy.maxTopics()) {
            throw new TopicLimitReached("There are %d topics already; millrace.limits.max-topics is %d"
                    .formatted(topics, policy.maxTopics()));
        }
    }

    /** Whether a topic that has some partitions may have as many as are wanted. */
    private void checkPartitions(TopicName name, int has, int wanted) {
        if (wanted > policy.maxPartitionsPerTopic()) {
            throw new TopicLimitReached(
                    "Topic '%s' cannot have %d partitions: millrace.limits.max-partitions-per-topic is %d"
                            .formatted(name, wanted, policy.maxPartitionsPerTopic()));
        }
        long all = log.topics().stream().mapToLong(Topic::partitions).sum();
        if (all + wanted - has > policy.maxPartitions()) {
            throw new TopicLimitReached(
                    "There are %d partitions already, so %d more are too many; millrace.limits.max-partitions is %d"
                            .formatted(all, wanted - has, policy.maxPartitions()));
        }
    }

    /**
     * Gives a topic more partitions, other settings, or both.
     *
     * @param partitions how many partitions it is to have, or null for as many as it has
     * @param config what is to change: settings by name, with null for the server's default
     * @throws InvalidSettingException if there is no such setting or it cannot have that value
     * @throws TopicLimitReached if those would be too many partitions
     * @throws LogException.TopicNotFound if there is no such topic, or it is the server's own
     * @throws LogException.FewerPartitions if it has more partitions
     */
    public Topic alter(TopicName name, @Nullable Integer partitions, Map<String, @Nullable String> config) {
        // One at a time, or one change would take another's settings back.
        synchronized (alteration) {
            Topic topic = require(name);
            TopicSettings settings = topic.settings().with(given(config));
            if (settings.maxMessageBytes() != topic.settings().maxMessageBytes()) {
                checkMaxMessageBytes(settings);
            }
            int wanted = partitions == null ? topic.partitions() : partitions;
            if (wanted > topic.partitions()) {
                checkPartitions(name, topic.partitions(), wanted);
            }
            return log.alterTopic(name, wanted, settings);
        }
    }

    private Map<String, String> given(Map<String, @Nullable String> config) {
        Map<String, String> defaults = policy.defaults().toMap();
        Map<String, String> given = new HashMap<>();
        config.forEach((key, value) -> given.put(
                key,
                value == null ? requireNonNull(defaults.get(TopicSetting.of(key).key())) : value));
        return given;
    }

    /**
     * A topic that is there.
     *
     * @throws LogException.TopicNotFound if there is none of that name, or it is the server's own
     */
    public Topic require(TopicName name) {
        return find(name).orElseThrow(() -> new LogException.TopicNotFound(name));
    }

    private Optional<Topic> find(TopicName name) {
        return name.isReserved() ? Optional.empty() : log.topic(name);
    }

    /**
     * How many partitions a topic has, or would get if it were made now.
     *
     * @throws InvalidNameException if the name is reserved
     * @throws LogException.TopicNotFound if it is not there and would not be made
     */
    public int partitionsOf(TopicName name) {
        checkNotReserved(name);
        Optional<Topic> topic = log.topic(name);
        if (topic.isEmpty() && !policy.autoCreate()) {
            throw new LogException.TopicNotFound(name);
        }
        return topic.map(Topic::partitions).orElse(policy.defaultPartitions());
    }

    /** The settings that a topic has, or would have if it were made now. */
    public TopicSettings settingsOf(TopicName name) {
        return log.topic(name).map(Topic::settings).orElse(policy.defaults());
    }

    /**
     * The topic, which is made if it is not there and the server is set to.
     *
     * @throws InvalidNameException if the name is reserved
     * @throws LogException.TopicNotFound if it is not there and is not made
     */
    public Topic requireOrCreate(TopicName name) {
        checkNotReserved(name);
        Optional<Topic> topic = log.topic(name);
        if (topic.isPresent()) {
            return topic.get();
        }
        if (!policy.autoCreate()) {
            throw new LogException.TopicNotFound(name);
        }
        try {
            return create(name, null, Map.of());
        } catch (LogException.TopicExists madeMeanwhile) {
            return require(name);
        }
    }

    /**
     * Part of the list of topics, by name.
     *
     * @param prefix what the names begin with; empty for all
     * @param after the name behind which the part begins; empty for the beginning
     * @param max the most topics to return
     */
    public List<Topic> list(String prefix, String after, int max) {
        return log.topics().stream()
                .filter(topic -> !topic.name().isReserved())
                .filter(topic -> topic.name().value().startsWith(prefix))
                .filter(topic -> topic.name().value().compareTo(after) > 0)
                .limit(max)
                .toList();
    }

    /** The ends of each partition of a topic, by partition. */
    public List<PartitionOffsets> offsets(Topic topic) {
        List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                .mapToObj(topic::partition)
                .toList();
        Map<TopicPartition, PartitionOffsets> offsets = log.offsets(partitions);
        return partitions.stream()
                .map(partition -> {
                    PartitionOffsets ends = offsets.get(partition);
                    if (ends == null) {
                        throw new LogException.TopicNotFound(topic.name());
                    }
                    return ends;
                })
                .toList();
    }

    /** How well what is appended to a partition compresses, see {@link LogEngine#compressionRatio}. */
    public OptionalDouble compressionRatio(TopicPartition partition) {
        return log.compressionRatio(partition);
    }

    /**
     * Deletes the messages of a partition below an offset; see {@link LogEngine#trim}.
     *
     * @return where the partition begins now
     */
    public long trim(TopicPartition partition, long beforeOffset) {
        return log.trim(partition, beforeOffset);
    }

    /**
     * Deletes a topic with all its messages.
     *
     * @throws LogException.TopicNotFound if there is no such topic, or it is the server's own
     */
    public void delete(TopicName name) {
        log.deleteTopic(require(name).name());
    }
}
