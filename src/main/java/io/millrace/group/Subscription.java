package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.log.Topic;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a member asks for.
 *
 * @param topics the topics to read, each once; none if there is a pattern, or partitions
 * @param pattern what the names of the topics to read are like; null if they are listed
 * @param partitions the partitions to read, each once, which nobody shares out then; none if topics are asked for
 * @param instanceId the name of a static member, which keeps its place while it is away; null for a dynamic one
 * @param sessionTimeout how long a member may be silent before it counts as dead
 * @param rebalanceTimeout how long a member may keep a partition that is to move to another
 * @param autoCommit whether a poll commits what the poll before it delivered
 */
public record Subscription(
        List<TopicName> topics,
        @Nullable TopicPattern pattern,
        List<TopicPartition> partitions,
        @Nullable String instanceId,
        AutoOffsetReset autoOffsetReset,
        Duration sessionTimeout,
        Duration rebalanceTimeout,
        Assignor assignor,
        boolean autoCommit) {

    /** A subscription to topics, listed or by a pattern. */
    public Subscription(
            List<TopicName> topics,
            @Nullable TopicPattern pattern,
            @Nullable String instanceId,
            AutoOffsetReset autoOffsetReset,
            Duration sessionTimeout,
            Duration rebalanceTimeout,
            Assignor assignor,
            boolean autoCommit) {
        this(
                topics,
                pattern,
                List.of(),
                instanceId,
                autoOffsetReset,
                sessionTimeout,
                rebalanceTimeout,
                assignor,
                autoCommit);
    }

    /** A subscription to listed topics. */
    public Subscription(
            List<TopicName> topics,
            @Nullable String instanceId,
            AutoOffsetReset autoOffsetReset,
            Duration sessionTimeout,
            Duration rebalanceTimeout,
            Assignor assignor,
            boolean autoCommit) {
        this(topics, null, instanceId, autoOffsetReset, sessionTimeout, rebalanceTimeout, assignor, autoCommit);
    }

    /** Whether the member chooses its partitions itself, as with {@code assign} of Kafka's consumer. */
    public boolean isManual() {
        return !partitions.isEmpty();
    }

    /** The topics that it names, of partitions too. */
    public Set<TopicName> named() {
        return Stream.concat(topics.stream(), partitions.stream().map(TopicPartition::topic))
                .collect(Collectors.toSet());
    }

    /** Whether both ask for the same partitions, shared out in the same way. */
    boolean asksForTheSameAs(Subscription other) {
        return Set.copyOf(topics).equals(Set.copyOf(other.topics))
                && Objects.equals(pattern, other.pattern)
                && Set.copyOf(partitions).equals(Set.copyOf(other.partitions))
                && assignor == other.assignor;
    }

    /** Whether it asks for that topic. */
    boolean concerns(TopicName topic) {
        return pattern == null ? named().contains(topic) : pattern.matches(topic);
    }

    /** The topics that it asks for: those that it names, or those of its pattern that there are now. */
    Set<TopicName> topicsIn(LogEngine log) {
        return pattern == null
                ? named()
                : log.topics().stream()
                        .map(Topic::name)
                        .filter(pattern::matches)
                        .collect(Collectors.toSet());
    }
}
