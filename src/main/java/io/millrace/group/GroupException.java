package io.millrace.group;

import io.millrace.record.TopicPartition;

/** A refusal of the coordinator. The set is closed, so that a new kind needs an answer everywhere before it compiles. */
public abstract sealed class GroupException extends RuntimeException {

    private final String detail;

    private GroupException(String message) {
        super(message, null, false, false);
        this.detail = message;
    }

    /** What was refused and what would be right, for the client. */
    public String detail() {
        return detail;
    }

    /** There is no such group. */
    public static final class GroupNotFound extends GroupException {
        public GroupNotFound(GroupName group) {
            super("There is no group '%s'".formatted(group));
        }
    }

    /** What was asked for is only possible while nobody reads in the group. */
    public static final class GroupNotEmpty extends GroupException {
        GroupNotEmpty(GroupName group, String who) {
            super("Group '%s' is in use: %s. Ask again when it is empty".formatted(group, who));
        }
    }

    /** The group has no such member: it never had, or the member left, or was silent for longer than its session. */
    public static final class ConsumerNotFound extends GroupException {
        public ConsumerNotFound(GroupName group, String consumer) {
            super(
                    "Group '%s' has no consumer '%s': it left, or was silent for longer than its sessionTimeout; subscribe again with POST /groups/%s/consumers"
                            .formatted(group, consumer, group));
        }
    }

    /** The name is taken by a living member. */
    public static final class ConsumerExists extends GroupException {
        public ConsumerExists(GroupName group, String consumer) {
            super(
                    "Group '%s' has a living consumer '%s' already: choose another name, or leave with DELETE /groups/%s/consumers/%s first"
                            .formatted(group, consumer, group, consumer));
        }
    }

    /** The members of a group must agree on an assignor. */
    public static final class AssignorMismatch extends GroupException {
        public AssignorMismatch(GroupName group, Assignor used, Assignor asked) {
            super("Group '%s' uses the assignor '%s', so no member can join with '%s'"
                    .formatted(group, used.label(), asked.label()));
        }
    }

    /** In a group either all members choose their partitions themselves, or none does. */
    public static final class ManualMismatch extends GroupException {
        public ManualMismatch(GroupName group, boolean manual) {
            super(
                    manual
                            ? "The members of group '%s' share topics out among them, so no member can join with 'partitions'; use another group"
                                    .formatted(group)
                            : "The members of group '%s' have chosen their 'partitions', so no member can join with 'topics' or 'pattern'; use another group"
                                    .formatted(group));
        }
    }

    /** A partition that the member chose is another member's. */
    public static final class PartitionTaken extends GroupException {
        public PartitionTaken(GroupName group, TopicPartition partition, String consumer) {
            super(
                    "Partition %d of topic '%s' is read by consumer '%s' of group '%s': it can be had when that one leaves, or was silent for its sessionTimeout. A client that comes again gives its 'instanceId' to take its own place at once"
                            .formatted(partition.partition(), partition.topic(), consumer, group));
        }
    }

    /** Another client has taken the member's place, under the same instanceId. */
    public static final class Fenced extends GroupException {
        Fenced(GroupName group, String consumer, Member successor) {
            super(
                    "Consumer '%s' of group '%s' has been replaced by '%s', which subscribed with the same instanceId '%s': only one client may use it. What this one holds is delivered to the other; nothing was changed"
                            .formatted(
                                    consumer,
                                    group,
                                    successor.id(),
                                    successor.subscription().instanceId()));
        }
    }

    /** The partition is not the member's, or not by the grant under which it read. */
    public static final class StaleGeneration extends GroupException {
        public StaleGeneration(String consumer, TopicPartition partition, int generation) {
            super(
                    "Partition %d of topic '%s' does not belong to consumer '%s' in generation %d; nothing was committed. Its messages go to the partition's new owner"
                            .formatted(partition.partition(), partition.topic(), consumer, generation));
        }
    }

    /** The server was restarted since it delivered, so that it does not know what "all that was delivered" is. */
    public static final class DeliveryUnknown extends GroupException {
        public DeliveryUnknown(String consumer) {
            super(
                    "The server was restarted since consumer '%s' polled, so it does not know what was delivered; nothing was committed. Commit with 'offsets' or with the answer's 'cursor', or poll again: the messages are delivered again"
                            .formatted(consumer));
        }
    }

    /** An offset that cannot be committed. */
    public static final class InvalidCommit extends GroupException {
        public InvalidCommit(String message) {
            super(message);
        }
    }

    /** A text that is no cursor of the group. */
    public static final class InvalidCursor extends GroupException {
        public InvalidCursor() {
            super("The cursor is not one that a poll of this group was answered with");
        }
    }

    /** There is no offset to begin at, and the member asked not to choose one. */
    public static final class NoOffset extends GroupException {
        public NoOffset(GroupName group, TopicPartition partition) {
            super(
                    "Group '%s' has no usable committed offset for partition %d of topic '%s', and autoOffsetReset is 'none': commit an offset, or subscribe with 'earliest' or 'latest'"
                            .formatted(group, partition.partition(), partition.topic()));
        }
    }

    /** A limit of the server. */
    public static final class LimitReached extends GroupException {
        public LimitReached(String what, String setting, int limit) {
            super("There are %d %s already, as many as %s allows".formatted(limit, what, setting));
        }
    }
}
