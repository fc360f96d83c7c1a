package io.millrace.group;

import io.millrace.record.TopicPartition;
import java.util.List;
import java.util.Set;

/**
 * What an answer tells a member of its partitions.
 *
 * @param generation rises whenever the group's partitions are shared out anew
 * @param partitions those that it has and is to keep, in order
 * @param added those of them that the answer before did not tell
 * @param revoked those that the answer before told and that it has no more, or is to let go of
 */
public record Assignment(
        int generation, List<TopicPartition> partitions, List<TopicPartition> added, List<TopicPartition> revoked) {

    static Assignment since(List<TopicPartition> told, Group group, Member member) {
        List<TopicPartition> now = ConsumerView.assignment(member);
        return told.equals(now)
                ? new Assignment(group.generation(), now, List.of(), List.of())
                : new Assignment(group.generation(), now, without(now, told), without(told, now));
    }

    /** Whether it is another than in the answer before. */
    boolean isChanged() {
        return !added.isEmpty() || !revoked.isEmpty();
    }

    private static List<TopicPartition> without(List<TopicPartition> some, List<TopicPartition> others) {
        Set<TopicPartition> excluded = Set.copyOf(others);
        return some.stream().filter(partition -> !excluded.contains(partition)).toList();
    }
}
