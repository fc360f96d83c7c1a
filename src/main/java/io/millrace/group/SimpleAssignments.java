package io.millrace.group;

import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** Kafka's range and round-robin assignors, which look at members and partitions alone. */
final class SimpleAssignments {

    private SimpleAssignments() {}

    /** Of each topic, every subscriber gets a range; the first get one more where it does not come out even. */
    static Map<TopicPartition, String> range(
            SortedMap<String, Set<TopicName>> members, SortedMap<TopicName, Integer> topics) {
        Map<TopicPartition, String> assignment = new HashMap<>();
        topics.forEach((topic, partitions) -> {
            List<String> subscribers = subscribers(members, topic);
            int next = 0;
            for (int i = 0; i < subscribers.size(); i++) {
                int share = partitions / subscribers.size() + (i < partitions % subscribers.size() ? 1 : 0);
                for (int end = next + share; next < end; next++) {
                    assignment.put(new TopicPartition(topic, next), subscribers.get(i));
                }
            }
        });
        return assignment;
    }

    private static List<String> subscribers(SortedMap<String, Set<TopicName>> members, TopicName topic) {
        return members.entrySet().stream()
                .filter(member -> member.getValue().contains(topic))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Partition after partition goes to member after member, passing over those that do not subscribe to its topic. */
    static Map<TopicPartition, String> roundRobin(
            SortedMap<String, Set<TopicName>> members, SortedMap<TopicName, Integer> topics) {
        Map<TopicPartition, String> assignment = new HashMap<>();
        List<Map.Entry<String, Set<TopicName>>> ring = List.copyOf(members.entrySet());
        int next = 0;
        for (Map.Entry<TopicName, Integer> topic : topics.entrySet()) {
            if (subscribers(members, topic.getKey()).isEmpty()) {
                continue;
            }
            for (int p = 0; p < topic.getValue(); p++) {
                while (!ring.get(next % ring.size()).getValue().contains(topic.getKey())) {
                    next++;
                }
                assignment.put(
                        new TopicPartition(topic.getKey(), p),
                        ring.get(next++ % ring.size()).getKey());
            }
        }
        return assignment;
    }
}
