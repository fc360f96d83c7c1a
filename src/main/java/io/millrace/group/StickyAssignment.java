package io.millrace.group;

import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One run of the sticky assignor: first everybody keeps what they had and still subscribe to, then what is left goes to
 * those with the least, then those with most give to those with least until nobody has two more than another who could
 * take it. Partitions move only in the last step, and only as many as the balance asks for.
 */
final class StickyAssignment {

    /** A member with the partitions it gets. */
    private static final class Load {
        final String member;
        final Set<TopicName> topics;
        final Deque<TopicPartition> partitions = new ArrayDeque<>();

        Load(String member, Set<TopicName> topics) {
            this.member = member;
            this.topics = topics;
        }

        int size() {
            return partitions.size();
        }

        String member() {
            return member;
        }
    }

    private final SortedMap<TopicName, Integer> topics;
    private final Map<TopicPartition, String> before;
    private final Map<String, Load> loads = new HashMap<>();
    private final TreeSet<Load> byLoad =
            new TreeSet<>(Comparator.comparingInt(Load::size).thenComparing(Load::member));

    StickyAssignment(
            SortedMap<String, Set<TopicName>> members,
            SortedMap<TopicName, Integer> topics,
            Map<TopicPartition, String> before) {
        this.topics = topics;
        this.before = before;
        members.forEach((member, subscribed) -> loads.put(member, new Load(member, subscribed)));
    }

    Map<TopicPartition, String> assign() {
        List<TopicPartition> free = keepWhatTheyHad();
        byLoad.addAll(loads.values());
        for (TopicPartition partition : free) {
            Load taker = leastThatMayTake(partition.topic(), Integer.MAX_VALUE);
            if (taker != null) {
                give(partition, taker);
            }
        }
        balance();
        Map<TopicPartition, String> assignment = new HashMap<>();
        loads.values().forEach(load -> load.partitions.forEach(partition -> assignment.put(partition, load.member)));
        return assignment;
    }

    private List<TopicPartition> keepWhatTheyHad() {
        List<TopicPartition> free = new ArrayList<>();
        topics.forEach((topic, partitions) -> {
            for (int p = 0; p < partitions; p++) {
                TopicPartition partition = new TopicPartition(topic, p);
                Load owner = loads.get(before.getOrDefault(partition, ""));
                if (owner != null && owner.topics.contains(topic)) {
                    owner.partitions.add(partition);
                } else {
                    free.add(partition);
                }
            }
        });
        return free;
    }

    private void balance() {
        List<Load> settled = new ArrayList<>();
        while (!byLoad.isEmpty()) {
            Load most = byLoad.last();
            if (!giveOneAway(most)) {
                // It stays as it is, but others may still give to it as long as it is among the least.
                byLoad.remove(most);
                settled.add(most);
            }
        }
        byLoad.addAll(settled);
    }

    private boolean giveOneAway(Load most) {
        for (TopicPartition partition : most.partitions.reversed()) {
            Load taker = leastThatMayTake(partition.topic(), most.size() - 1);
            if (taker != null) {
                byLoad.remove(most);
                most.partitions.remove(partition);
                byLoad.add(most);
                give(partition, taker);
                return true;
            }
        }
        return false;
    }

    private @Nullable Load leastThatMayTake(TopicName topic, int below) {
        for (Load load : byLoad) {
            if (load.size() >= below) {
                return null;
            }
            if (load.topics.contains(topic)) {
                return load;
            }
        }
        return null;
    }

    private void give(TopicPartition partition, Load taker) {
        byLoad.remove(taker);
        taker.partitions.add(partition);
        byLoad.add(taker);
    }
}
