package io.millrace.group;

import io.millrace.record.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change of a group. Each event replaces what was known under its key, so that the journal can be compacted; null is the
 * end of what the key stood for. As compaction takes away what was replaced, events of different keys may be read in another
 * order than they happened in: what counts is the last of each key.
 */
sealed interface GroupEvent {

    /** A new generation, and the number that the next grant will get. */
    record Generation(int generation, long nextGrant) implements GroupEvent {}

    /**
     * A member came, or changed its subscription, or left.
     *
     * @param fenced the names of those whose place it has taken
     */
    record Membership(String member, @Nullable Subscription subscription, List<String> fenced) implements GroupEvent {

        /** The end of a member. */
        static Membership end(String member) {
            return new Membership(member, null, List.of());
        }
    }

    /**
     * What a member is to have, and what it has.
     *
     * @param target the partitions that the assignor gave it
     * @param owned the number of the grant under which it has each partition
     */
    record Assigned(String member, Set<TopicPartition> target, Map<TopicPartition, Long> owned) implements GroupEvent {

        /** What a member has that has nothing, or that has gone. */
        static Assigned nothing(String member) {
            return new Assigned(member, Set.of(), Map.of());
        }

        boolean isNothing() {
            return target.isEmpty() && owned.isEmpty();
        }
    }

    /** The offset that the group will read next was committed, or is forgotten. */
    record Committed(TopicPartition partition, @Nullable Long offset) implements GroupEvent {}

    /** Where the group began in a partition for which it had no committed offset, or that is forgotten. */
    record Started(TopicPartition partition, @Nullable Long offset) implements GroupEvent {}

    /** The group is no more, and nothing is left of it. */
    record Ended() implements GroupEvent {}
}
