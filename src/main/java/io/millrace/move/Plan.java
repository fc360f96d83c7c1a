package io.millrace.move;

import io.millrace.group.GroupOffsets;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is to be moved, as both sides are at one moment.
 *
 * @param ends how far each partition of the source is moved
 * @param groups the committed offsets on the source's side, by group
 * @param remarks what is not as one might think
 * @param conflicts what stands against the move
 */
record Plan(
        List<TopicPlan> topics,
        Map<TopicPartition, PartitionOffsets> ends,
        Map<String, Map<TopicPartition, Long>> groups,
        List<String> remarks,
        List<String> conflicts) {

    /**
     * A topic and what becomes of it.
     *
     * @param target as it is there, or will be made
     * @param isThere whether the target has it already
     */
    record TopicPlan(Topic source, Topic target, boolean isThere) {

        /** The plan once the target has the topic, as it turned out to be made. */
        TopicPlan made(Topic topic) {
            return new TopicPlan(source, topic, true);
        }

        List<TopicPartition> partitions() {
            return IntStream.range(0, source.partitions())
                    .mapToObj(source::partition)
                    .toList();
        }
    }

    static Plan make(Side from, Side to) {
        List<TopicPlan> topics = new ArrayList<>();
        // Before the ends, so that nothing is committed beyond them.
        Map<String, GroupOffsets.Standing> groups = from.groups();
        for (Topic topic : from.log().topics()) {
            if (!topic.name().isReserved()) {
                topics.add(plan(topic, to));
            }
        }
        Plan plan = new Plan(topics, ends(from, topics), new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
        topics.forEach(plan::lookAtTopic);
        plan.lookAtGroups(groups, to);
        return plan;
    }

    private static TopicPlan plan(Topic topic, Side to) {
        Optional<Topic> there = to.log().topic(topic.name());
        TopicSettings settings = to.fit(topic.settings());
        Topic target = there.orElseGet(() -> new Topic(topic.name(), topic.partitions(), settings));
        return new TopicPlan(topic, target, there.isPresent());
    }

    private static Map<TopicPartition, PartitionOffsets> ends(Side from, List<TopicPlan> topics) {
        return new TreeMap<>(from.log()
                .offsets(topics.stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .toList()));
    }

    private void lookAtTopic(TopicPlan topic) {
        TopicName name = topic.source().name();
        if (topic.source().partitions() != topic.target().partitions()) {
            conflicts.add("Topic '%s' has %d partitions, and %d in the target"
                    .formatted(name, topic.source().partitions(), topic.target().partitions()));
        }
        Map<String, String> there = topic.target().settings().toMap();
        topic.source().settings().toMap().forEach((key, value) -> {
            if (!value.equals(there.get(key))) {
                remarks.add("Topic '%s': %s is %s, and %s %s in the target"
                        .formatted(name, key, value, topic.isThere() ? "stays" : "becomes", there.get(key)));
            }
        });
    }

    private void lookAtGroups(Map<String, GroupOffsets.Standing> source, Side to) {
        Map<String, GroupOffsets.Standing> target = to.groups();
        source.forEach((group, standing) -> {
            Map<TopicPartition, Long> committed = new TreeMap<>(standing.committed());
            committed.keySet().retainAll(ends.keySet());
            GroupOffsets.Standing there = target.get(group);
            if (committed.isEmpty()) {
                return;
            }
            if (!to.canName(group)) {
                remarks.add("Group '%s' is not moved: it cannot have that name in the target".formatted(group));
            } else if (there != null && there.hasMembers()) {
                conflicts.add("Group '%s' has members in the target; they have to leave before its offsets are moved"
                        .formatted(group));
            } else {
                groups.put(group, committed);
            }
        });
    }

    /** The offsets of a partition that some group has committed. */
    Set<Long> committedIn(TopicPartition partition) {
        return groups.values().stream()
                .flatMap(committed -> Optional.ofNullable(committed.get(partition)).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    PartitionOffsets endsOf(TopicPartition partition) {
        PartitionOffsets found = ends.get(partition);
        if (found == null) {
            throw new MoveException("Topic '%s' was deleted meanwhile".formatted(partition.topic()));
        }
        return found;
    }

    private long messages(TopicPlan topic) {
        return topic.partitions().stream()
                .mapToLong(partition -> PartitionMove.size(endsOf(partition)))
                .sum();
    }

    void print(PrintStream out, Side from, Side to) {
        out.printf("From %s to %s%n%n", from.name(), to.name());
        Table table = new Table("topic", "partitions", "messages", "in the target");
        for (TopicPlan topic : topics) {
            table.add(
                    topic.source().name(),
                    topic.source().partitions(),
                    messages(topic),
                    topic.isThere() ? "there" : "is made");
        }
        table.print(out);
        out.println();
        if (!groups.isEmpty()) {
            Table offsets = new Table("group", "partitions with a committed offset");
            groups.forEach((group, committed) -> offsets.add(group, committed.size()));
            offsets.print(out);
            out.println();
        }
        remarks.forEach(out::println);
        conflicts.forEach(conflict -> out.println("Conflict: " + conflict));
    }

    /** What is known of a group there. */
    static Map<TopicPartition, Long> committed(Map<String, GroupOffsets.Standing> groups, String group) {
        GroupOffsets.Standing standing = groups.get(group);
        return standing == null ? new HashMap<>() : standing.committed();
    }
}
