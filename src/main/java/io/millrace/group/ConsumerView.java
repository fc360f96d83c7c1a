package io.millrace.group;

import io.millrace.record.TopicPartition;
import java.util.List;

/**
 * A member as its client sees it.
 *
 * @param generation rises whenever the group's partitions are shared out anew
 * @param assignment the partitions that it has and is to keep, in order
 */
public record ConsumerView(
        GroupName group, String consumer, int generation, Subscription subscription, List<TopicPartition> assignment) {

    /** The place before all that is not committed: a poll from there brings again what was delivered and not committed. */
    public String cursor() {
        return Cursor.BEGIN.text(group);
    }

    static ConsumerView of(Group group, Member member) {
        return new ConsumerView(
                group.name(), member.id(), group.generation(), member.subscription(), assignment(member));
    }

    static List<TopicPartition> assignment(Member member) {
        return member.owned().keySet().stream().filter(member::keeps).sorted().toList();
    }
}
