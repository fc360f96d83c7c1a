package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.log.Topic;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One decision about who has which partition: a draft of a group's members, targets and grants that is changed step by
 * step, and in the end tells what has changed as events. The group itself is not touched.
 *
 * <p>The rule of hand-over: a partition that nobody has goes to its target at once; one that another member has goes when
 * that member lets it go. Every grant gets a number of its own, so that a commit under an older one can be told apart.
 */
final class Rebalance {

    /** So many of those whose place a member has taken are told so; a client that comes later than that is not known. */
    private static final int MAX_FENCED = 10;

    private final Group group;
    private final LogEngine log;
    private final Map<String, Subscription> members = new TreeMap<>();
    private final Map<TopicPartition, String> target = new HashMap<>();
    private final Map<TopicPartition, String> owner = new HashMap<>();
    private final Map<TopicPartition, Long> grant = new HashMap<>();
    private final List<GroupEvent> events = new ArrayList<>();
    private int generation;
    private long nextGrant;

    Rebalance(Group group, LogEngine log) {
        this.group = group;
        this.log = log;
        this.generation = group.generation();
        this.nextGrant = group.nextGrant();
        group.members().values().forEach(member -> {
            members.put(member.id(), member.subscription());
            member.target().forEach(partition -> target.put(partition, member.id()));
            member.owned().forEach((partition, number) -> {
                owner.put(partition, member.id());
                grant.put(partition, number);
            });
        });
    }

    /** A member comes, or asks for something else. */
    Rebalance subscribe(String member, Subscription subscription) {
        update(member, subscription);
        return retarget();
    }

    /**
     * A client takes the place of another under the same instanceId: it has what that one had, under the same grants, and that
     * one is told so when it comes again.
     */
    Rebalance replace(Member before, String member, Subscription subscription) {
        members.remove(before.id());
        members.put(member, subscription);
        target.replaceAll((partition, id) -> id.equals(before.id()) ? member : id);
        owner.replaceAll((partition, id) -> id.equals(before.id()) ? member : id);
        addEnd(before.id());
        List<String> fenced = new ArrayList<>(before.fenced());
        fenced.add(before.id());
        events.add(new GroupEvent.Membership(
                member,
                subscription,
                List.copyOf(fenced.subList(Math.max(0, fenced.size() - MAX_FENCED), fenced.size()))));
        return subscription.asksForTheSameAs(before.subscription()) ? this : retarget();
    }

    private void addEnd(String member) {
        events.add(GroupEvent.Membership.end(member));
        events.add(GroupEvent.Assigned.nothing(member));
    }

    /** A member changes what does not concern partitions. */
    Rebalance update(String member, Subscription subscription) {
        members.put(member, subscription);
        Member before = group.members().get(member);
        events.add(new GroupEvent.Membership(member, subscription, before == null ? List.of() : before.fenced()));
        return this;
    }

    /** Members go, and leave what they had. */
    Rebalance remove(List<String> gone) {
        for (String member : gone) {
            members.remove(member);
            addEnd(member);
        }
        owner.values().removeIf(gone::contains);
        return retarget();
    }

    /** Begins a new generation: computes who is to have what, and gives away what is free. */
    Rebalance retarget() {
        generation++;
        SortedMap<TopicName, Integer> topics = new TreeMap<>();
        SortedMap<String, Set<TopicName>> subscribed = new TreeMap<>();
        members.forEach((member, subscription) -> {
            Set<TopicName> wanted = subscription.topicsIn(log);
            subscribed.put(member, wanted);
            wanted.forEach(topic -> log.topic(topic).map(Topic::partitions).ifPresent(n -> topics.put(topic, n)));
        });
        owner.keySet()
                .removeIf(partition -> partition.partition() >= topics.getOrDefault(partition.topic(), 0)
                        && log.topic(partition.topic()).isEmpty());
        Map<TopicPartition, String> assigned = assign(subscribed, topics);
        target.clear();
        target.putAll(assigned);
        grantFree();
        return this;
    }

    private Map<TopicPartition, String> assign(
            SortedMap<String, Set<TopicName>> subscribed, SortedMap<TopicName, Integer> topics) {
        if (members.isEmpty()) {
            return Map.of();
        }
        Subscription any = members.values().iterator().next();
        if (!any.isManual()) {
            return any.assignor().assign(subscribed, topics, target);
        }
        Map<TopicPartition, String> chosen = new HashMap<>();
        members.forEach((member, subscription) -> subscription.partitions().stream()
                .filter(partition -> partition.partition() < topics.getOrDefault(partition.topic(), 0))
                .forEach(partition -> chosen.put(partition, member)));
        return chosen;
    }

    /**
     * The member lets go of what is to go to others.
     *
     * @param but what it keeps for now
     */
    Rebalance release(String member, Set<TopicPartition> but) {
        owner.entrySet()
                .removeIf(entry -> entry.getValue().equals(member)
                        && !member.equals(target.get(entry.getKey()))
                        && !but.contains(entry.getKey()));
        grantFree();
        return this;
    }

    private void grantFree() {
        List<TopicPartition> toPin = new ArrayList<>();
        List<TopicPartition> free = target.keySet().stream()
                .filter(partition -> !owner.containsKey(partition))
                .sorted()
                .toList();
        for (TopicPartition partition : free) {
            String member = target.getOrDefault(partition, "");
            owner.put(partition, member);
            grant.put(partition, nextGrant++);
            if (needsStart(partition, members.get(member))) {
                toPin.add(partition);
            }
        }
        if (!toPin.isEmpty()) {
            log.offsets(toPin)
                    .forEach((partition, ends) -> events.add(new GroupEvent.Started(partition, ends.highWatermark())));
        }
    }

    /** Whether it has to be noted where a group begins that reads only what comes from now on: a pause must not make it skip. */
    private boolean needsStart(TopicPartition partition, @Nullable Subscription subscription) {
        return subscription != null
                && subscription.autoOffsetReset() == AutoOffsetReset.LATEST
                && !group.committed().containsKey(partition)
                && !group.started().containsKey(partition);
    }

    /** What has to happen to the group for this to be so. */
    List<GroupEvent> events() {
        if (generation != group.generation() || nextGrant != group.nextGrant()) {
            events.add(new GroupEvent.Generation(generation, nextGrant));
        }
        Map<String, Set<TopicPartition>> toHave = new HashMap<>();
        target.forEach((partition, member) ->
                toHave.computeIfAbsent(member, m -> new HashSet<>()).add(partition));
        Map<String, Map<TopicPartition, Long>> has = new HashMap<>();
        owner.forEach((partition, member) ->
                has.computeIfAbsent(member, m -> new HashMap<>()).put(partition, grant.getOrDefault(partition, 0L)));
        for (String member : members.keySet()) {
            Set<TopicPartition> memberTarget = toHave.getOrDefault(member, Set.of());
            Map<TopicPartition, Long> memberOwned = has.getOrDefault(member, Map.of());
            Member before = group.members().get(member);
            if (before == null
                    || !before.target().equals(memberTarget)
                    || !before.owned().equals(memberOwned)) {
                events.add(new GroupEvent.Assigned(member, memberTarget, memberOwned));
            }
        }
        return events;
    }
}
