package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.log.Topic;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What happens to a group when topics have come, gone or grown. */
final class Retargeting {

    private Retargeting() {}

    /** Whether what the members are to have is what there is, and nothing is committed in a topic that is gone. */
    static boolean fits(Group group, LogEngine log) {
        Set<TopicPartition> targets = new HashSet<>();
        Set<TopicPartition> owned = new HashSet<>();
        boolean once = true;
        for (Member member : group.members().values()) {
            targets.addAll(member.target());
            for (TopicPartition partition : member.owned().keySet()) {
                once &= owned.add(partition);
            }
        }
        return once
                && targets.equals(group.wanted(log))
                && forgotten(group, log).isEmpty();
    }

    /** Shares out anew, and forgets the offsets of topics that are gone: one of that name would be another topic. */
    static Decision.Maker<Boolean> of(LogEngine log) {
        return (group, now) -> {
            List<GroupEvent> events = new ArrayList<>(forgotten(group, log));
            if (!group.members().isEmpty()) {
                events.addAll(new Rebalance(group, log).retarget().events());
            }
            return new Decision<>(events, () -> true);
        };
    }

    private static List<GroupEvent> forgotten(Group group, LogEngine log) {
        return Commits.forgetting(group, partition -> isGone(partition, log));
    }

    private static boolean isGone(TopicPartition partition, LogEngine log) {
        return log.topic(partition.topic()).map(Topic::partitions).orElse(0) <= partition.partition();
    }
}
