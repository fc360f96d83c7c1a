package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.OutsideOffsets;
import io.millrace.log.Topic;
import io.millrace.record.LegalName;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How consumers become members of groups, take the places of others, and ask for something else. */
final class Joining {

    private final Groups groups;
    private final LogEngine log;
    private final OutsideOffsets outside;
    private final GroupSettings settings;
    private final RandomGenerator random;

    Joining(Groups groups, LogEngine log, OutsideOffsets outside, GroupSettings settings, RandomGenerator random) {
        this.groups = groups;
        this.log = log;
        this.outside = outside;
        this.settings = settings;
        this.random = random;
    }

    /** As {@link GroupCoordinator#subscribe}. */
    ConsumerView subscribe(GroupName name, @Nullable String consumer, Subscription subscription) {
        checkTopics(subscription);
        Map<TopicPartition, Long> adopted = groups.isInUse(name) ? Map.of() : outsideOffsets(name);
        List<Runnable> superseded = new ArrayList<>(2);
        ConsumerView view = groups.changeOrCreate(name, (group, now) -> {
            Member before = subscription.instanceId() == null
                    ? null
                    : group.instance(subscription.instanceId()).orElse(null);
            String id = before != null && before.id().equals(consumer) ? before.id() : newId(group, before, consumer);
            checkOthers(group, before == null ? id : before.id(), subscription);
            Rebalance rebalance = new Rebalance(group, log);
            if (before == null) {
                rebalance.subscribe(id, subscription);
            } else if (!before.id().equals(id)) {
                rebalance.replace(before, id, subscription);
            } else {
                before.beginCall(now);
                before.endCall(now);
                before.startOver();
                superseded.addAll(before.supersede());
                change(rebalance, before, subscription);
            }
            List<GroupEvent> events =
                    new ArrayList<>(group.members().isEmpty() ? Commits.events(group, adopted) : List.of());
            events.addAll(rebalance.events());
            return new Decision<>(events, () -> introduced(group, group.member(id)));
        });
        superseded.forEach(Runnable::run);
        return view;
    }

    /** What others have committed for a group in which nobody of ours reads: it goes on where they stopped. */
    private Map<TopicPartition, Long> outsideOffsets(GroupName name) {
        OutsideOffsets.Outside there = outside.of(name.value());
        if (there.active()) {
            throw new GroupException.GroupNotEmpty(name, "clients of Kafka's own protocol are members of it");
        }
        Map<TopicPartition, Long> known = new TreeMap<>(there.committed());
        known.keySet().removeIf(partition -> log.topic(partition.topic()).isEmpty());
        return known;
    }

    private void checkTopics(Subscription subscription) {
        for (TopicName topic : subscription.named()) {
            if (topic.isReserved() || log.topic(topic).isEmpty()) {
                throw new LogException.TopicNotFound(topic);
            }
        }
        for (TopicPartition partition : subscription.partitions()) {
            int there = log.topic(partition.topic()).map(Topic::partitions).orElse(0);
            if (partition.partition() >= there) {
                throw new LogException.PartitionNotFound(partition.topic(), partition.partition(), there);
            }
        }
    }

    private static void change(Rebalance rebalance, Member member, Subscription subscription) {
        if (subscription.asksForTheSameAs(member.subscription())) {
            rebalance.update(member.id(), subscription);
        } else {
            rebalance.subscribe(member.id(), subscription);
        }
    }

    /** As {@link GroupCoordinator#resubscribe}. */
    ConsumerView resubscribe(GroupName name, String consumer, UnaryOperator<Subscription> change) {
        return groups.change(name, (group, now) -> {
            Member member = group.member(consumer);
            Subscription subscription = change.apply(member.subscription());
            checkTopics(subscription);
            checkOthers(group, consumer, subscription);
            member.beginCall(now);
            member.endCall(now);
            Rebalance rebalance = new Rebalance(group, log);
            change(rebalance, member, subscription);
            return new Decision<>(rebalance.events(), () -> introduced(group, group.member(consumer)));
        });
    }

    /** @param before whose place the new member takes, if it takes one */
    private String newId(Group group, @Nullable Member before, @Nullable String wanted) {
        if (before == null && group.members().size() >= settings.maxMembersPerGroup()) {
            throw new GroupException.LimitReached(
                    "members in group '%s'".formatted(group.name()),
                    "millrace.limits.max-members-per-group",
                    settings.maxMembersPerGroup());
        }
        if (wanted != null) {
            LegalName.check("consumer name", wanted);
            if (group.members().containsKey(wanted)) {
                throw new GroupException.ConsumerExists(group.name(), wanted);
            }
            return wanted;
        }
        return "consumer-%012x".formatted(random.nextLong() & 0xFFFF_FFFF_FFFFL);
    }

    /** Makes sure that what a member asks for goes with what the others do. */
    private static void checkOthers(Group group, String id, Subscription subscription) {
        Set<TopicPartition> wanted = Set.copyOf(subscription.partitions());
        for (Member other : group.members().values()) {
            if (other.id().equals(id)) {
                continue;
            }
            Subscription theirs = other.subscription();
            if (theirs.isManual() != subscription.isManual()) {
                throw new GroupException.ManualMismatch(group.name(), subscription.isManual());
            }
            if (theirs.assignor() != subscription.assignor()) {
                throw new GroupException.AssignorMismatch(group.name(), theirs.assignor(), subscription.assignor());
            }
            theirs.partitions().stream().filter(wanted::contains).findFirst().ifPresent(partition -> {
                throw new GroupException.PartitionTaken(group.name(), partition, other.id());
            });
        }
    }

    private static ConsumerView introduced(Group group, Member member) {
        ConsumerView view = ConsumerView.of(group, member);
        member.tell(view.assignment());
        return view;
    }
}
