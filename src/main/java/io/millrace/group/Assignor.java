package io.millrace.group;

import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** How a group shares partitions out among its members. */
public enum Assignor {
    /** Balanced within one, moving as few partitions as possible from how it was. */
    COOPERATIVE_STICKY("cooperative-sticky") {
        @Override
        Map<TopicPartition, String> assign(
                SortedMap<String, Set<TopicName>> members,
                SortedMap<TopicName, Integer> topics,
                Map<TopicPartition, String> before) {
            return new StickyAssignment(members, topics, before).assign();
        }
    },
    /** Topic by topic, each member a range of neighbouring partitions. */
    RANGE("range") {
        @Override
        Map<TopicPartition, String> assign(
                SortedMap<String, Set<TopicName>> members,
                SortedMap<TopicName, Integer> topics,
                Map<TopicPartition, String> before) {
            return SimpleAssignments.range(members, topics);
        }
    },
    /** All partitions of all topics in turn. */
    ROUND_ROBIN("roundrobin") {
        @Override
        Map<TopicPartition, String> assign(
                SortedMap<String, Set<TopicName>> members,
                SortedMap<TopicName, Integer> topics,
                Map<TopicPartition, String> before) {
            return SimpleAssignments.roundRobin(members, topics);
        }
    };

    private final String label;

    Assignor(String label) {
        this.label = label;
    }

    /** The name that a subscription gives. */
    public String label() {
        return label;
    }

    /**
     * Gives each partition that somebody subscribes to an owner.
     *
     * @param members the topics that each member subscribes to, by member
     * @param topics the number of partitions of each topic that is there
     * @param before who had what
     */
    abstract Map<TopicPartition, String> assign(
            SortedMap<String, Set<TopicName>> members,
            SortedMap<TopicName, Integer> topics,
            Map<TopicPartition, String> before);
}
