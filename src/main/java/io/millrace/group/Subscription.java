package io.millrace.group;

import io.millrace.record.TopicName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member asks for.
 *
 * @param topics the topics to read, at least one, each once
 * @param instanceId the name of a static member, which keeps its place while it is away; null for a dynamic one
 * @param sessionTimeout how long a member may be silent before it counts as dead
 * @param rebalanceTimeout how long a member may keep a partition that is to move to another
 * @param autoCommit whether a poll commits what the poll before it delivered
 */
public record Subscription(
        List<TopicName> topics,
        @Nullable String instanceId,
        AutoOffsetReset autoOffsetReset,
        Duration sessionTimeout,
        Duration rebalanceTimeout,
        Assignor assignor,
        boolean autoCommit) {}
