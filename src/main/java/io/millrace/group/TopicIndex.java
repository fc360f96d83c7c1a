package io.millrace.group;

import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/**
 * Which groups have to hear when a topic comes, grows or goes: those that subscribe to it, or have begun or committed in it.
 * It may name too many, never too few.
 */
final class TopicIndex {

    private final Map<TopicName, Set<GroupName>> byTopic = new ConcurrentHashMap<>();
    /** In which somebody has subscribed to a pattern at some time. */
    private final Set<GroupName> withPatterns = ConcurrentHashMap.newKeySet();

    void note(GroupName group, GroupEvent event) {
        if (event instanceof GroupEvent.Membership membership && membership.subscription() != null) {
            note(group, membership.subscription());
        } else if (event instanceof GroupEvent.Committed committed) {
            note(group, committed.partition());
        } else if (event instanceof GroupEvent.Started started) {
            note(group, started.partition());
        }
    }

    void note(GroupName group, Subscription subscription) {
        subscription.named().forEach(topic -> note(group, topic));
        if (subscription.pattern() != null) {
            withPatterns.add(group);
        }
    }

    void note(GroupName group, TopicPartition partition) {
        note(group, partition.topic());
    }

    private void note(GroupName group, TopicName topic) {
        byTopic.compute(topic, (t, groups) -> {
            Set<GroupName> more = groups == null ? ConcurrentHashMap.newKeySet() : groups;
            more.add(group);
            return more;
        });
    }

    /** A group that is no more; to be told before another of its name can come into being. */
    void forget(GroupName group) {
        withPatterns.remove(group);
        for (TopicName topic : byTopic.keySet()) {
            byTopic.computeIfPresent(topic, (t, groups) -> {
                groups.remove(group);
                return groups.isEmpty() ? null : groups;
            });
        }
    }

    /** @param hasPatternOf whether somebody in a group subscribes to a pattern that the topic is of */
    Set<GroupName> of(TopicName topic, BiPredicate<GroupName, TopicName> hasPatternOf) {
        Set<GroupName> concerned = new HashSet<>(byTopic.getOrDefault(topic, Set.of()));
        withPatterns.stream().filter(group -> hasPatternOf.test(group, topic)).forEach(concerned::add);
        return concerned;
    }
}
