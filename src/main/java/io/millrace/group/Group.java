package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.log.Topic;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The state of one group. It changes only through {@link #apply}, with the same events when they happen and when they are
 * read back at start. Guarded by its lock.
 */
final class Group {

    private final GroupName name;
    private final ReentrantLock lock = new ReentrantLock();

    /** In the order in which they joined. */
    private final Map<String, Member> members = new LinkedHashMap<>();

    private final Map<TopicPartition, Long> committed = new TreeMap<>();
    private final Map<TopicPartition, Long> started = new TreeMap<>();
    /** Of members that are told of only further on, while a journal is read that was compacted. */
    private final Map<String, GroupEvent.Assigned> early = new HashMap<>();

    private int generation;
    private long nextGrant;
    private long changedMillis;
    private boolean abandoned;

    Group(GroupName name) {
        this.name = name;
    }

    GroupName name() {
        return name;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** Makes a change; the one place where what is journalled of a group is written. */
    void apply(GroupEvent event, long nowNanos) {
        switch (event) {
            case GroupEvent.Generation(int number, long grant) -> {
                generation = number;
                nextGrant = grant;
            }
            case GroupEvent.Membership(String id, Subscription subscription, List<String> fenced) -> {
                Member member = members.get(id);
                if (subscription == null) {
                    members.remove(id);
                    early.remove(id);
                } else if (member == null) {
                    Member come = new Member(id, subscription, nowNanos);
                    members.put(id, come);
                    come.fence(fenced);
                    GroupEvent.Assigned has = early.remove(id);
                    if (has != null) {
                        come.assign(has.target(), has.owned(), nowNanos);
                    }
                } else {
                    member.resubscribe(subscription);
                    member.fence(fenced);
                }
            }
            case GroupEvent.Assigned assigned -> {
                Member member = members.get(assigned.member());
                if (member != null) {
                    member.assign(assigned.target(), assigned.owned(), nowNanos);
                } else if (assigned.isNothing()) {
                    early.remove(assigned.member());
                } else {
                    early.put(assigned.member(), assigned);
                }
            }
            case GroupEvent.Committed(TopicPartition partition, Long offset) -> put(committed, partition, offset);
            case GroupEvent.Started(TopicPartition partition, Long offset) -> put(started, partition, offset);
            case GroupEvent.Ended() -> {
                generation = 0;
                nextGrant = 0;
            }
        }
    }

    private static void put(Map<TopicPartition, Long> map, TopicPartition partition, @Nullable Long offset) {
        if (offset == null) {
            map.remove(partition);
        } else {
            map.put(partition, offset);
        }
    }

    /** Notes when something happened to it, in milliseconds since the epoch. */
    void touch(long millis) {
        changedMillis = Math.max(changedMillis, millis);
    }

    /** When it was last joined or left, or something was committed, in milliseconds since the epoch. */
    long changedMillis() {
        return changedMillis;
    }

    /** The journal was read to its end. */
    void endReplay() {
        early.clear();
        members.values().forEach(Member::markRestored);
    }

    int generation() {
        return generation;
    }

    long nextGrant() {
        return nextGrant;
    }

    Map<String, Member> members() {
        return members;
    }

    /**
     * The member of that name.
     *
     * @throws GroupException.ConsumerNotFound if there is none
     * @throws GroupException.Fenced if another client has taken its place
     */
    Member member(String id) {
        Member member = members.get(id);
        if (member != null) {
            return member;
        }
        members.values().stream()
                .filter(other -> other.fenced().contains(id))
                .findFirst()
                .ifPresent(other -> {
                    throw new GroupException.Fenced(name, id, other);
                });
        throw new GroupException.ConsumerNotFound(name, id);
    }

    Optional<Member> instance(String instanceId) {
        return members.values().stream()
                .filter(member -> instanceId.equals(member.subscription().instanceId()))
                .findFirst();
    }

    /** Committed offsets by partition. */
    Map<TopicPartition, Long> committed() {
        return committed;
    }

    /** Where the group began, by partition. */
    Map<TopicPartition, Long> started() {
        return started;
    }

    /** All partitions that there are now of those that somebody asks for. */
    Set<TopicPartition> wanted(LogEngine log) {
        Set<TopicPartition> wanted = new HashSet<>();
        Set<TopicName> topics = new HashSet<>();
        for (Member member : members.values()) {
            wanted.addAll(member.subscription().partitions());
            if (!member.subscription().isManual()) {
                topics.addAll(member.subscription().topicsIn(log));
            }
        }
        wanted.removeIf(partition -> partition.partition()
                >= log.topic(partition.topic()).map(Topic::partitions).orElse(0));
        topics.forEach(name -> log.topic(name)
                .ifPresent(topic -> IntStream.range(0, topic.partitions())
                        .mapToObj(topic::partition)
                        .forEach(wanted::add)));
        return wanted;
    }

    /** Whether somebody subscribes to a pattern that the topic is of. */
    boolean hasPatternOf(TopicName topic) {
        return members.values().stream()
                .map(Member::subscription)
                .anyMatch(subscription -> subscription.pattern() != null && subscription.concerns(topic));
    }

    GroupState state() {
        if (members.isEmpty()) {
            return GroupState.EMPTY;
        }
        boolean settled = members.values().stream()
                .allMatch(member -> member.owned().keySet().equals(member.target()));
        return settled ? GroupState.STABLE : GroupState.REBALANCING;
    }

    /** Whether nothing ever happened to it. */
    boolean isNew() {
        return generation == 0 && members.isEmpty() && committed.isEmpty();
    }

    /** Marks it as no longer known, because whoever had just made it could not use it. */
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }
}
