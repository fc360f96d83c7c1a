package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.OutsideOffsets;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.log.Shards;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import io.millrace.time.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator of all consumer groups: who is a member, who has which partition, what is committed. What it has
 * answered survives a restart. All calls may be made from any thread; refusals are {@link GroupException}s.
 */
public final class GroupCoordinator {

    private final Groups groups;
    private final LogEngine log;
    private final Joining joining;
    private final IdleMembers idleMembers;

    /**
     * Makes a coordinator of the groups whose shards this server has, and brings back what is remembered of them.
     *
     * @param outside the groups as clients see them that do not come through Millrace
     */
    public GroupCoordinator(
            LogEngine log,
            Shards shards,
            OutsideOffsets outside,
            Time time,
            Timer timer,
            Executor executor,
            RandomGenerator random,
            GroupSettings settings) {
        this.log = log;
        this.groups = new Groups(log, shards, outside, time, timer, executor, settings);
        this.joining = new Joining(groups, log, outside, settings, random);
        this.idleMembers = new IdleMembers(groups);
        groups.start();
        log.onTopicChange(this::topicChanged);
    }

    Groups registry() {
        return groups;
    }

    /**
     * Makes a consumer a member of a group, which comes into being with its first member. One whose {@code instanceId} is known
     * takes the place of the member that came with it (KIP-345): it has what that one had, without a rebalance, and goes on from
     * what is committed. Unless it asks for the same name, that one is fenced.
     *
     * @param consumer the name that it wants, or null to be given one
     * @throws LogException.TopicNotFound if one of the topics is not there
     */
    public ConsumerView subscribe(GroupName name, @Nullable String consumer, Subscription subscription) {
        return joining.subscribe(name, consumer, subscription);
    }

    /**
     * Has a member ask for something else. It counts as a call of the member.
     *
     * @param change of what it has asked for up to now
     * @throws LogException.TopicNotFound if one of the topics is not there
     */
    public ConsumerView resubscribe(GroupName name, String consumer, UnaryOperator<Subscription> change) {
        return joining.resubscribe(name, consumer, change);
    }

    /**
     * The first of the names {@code prefix1, prefix2, ...} that no member has, or one that asks for the same without a call
     * under way. A call whose answer is being written may take a moment to end; it is given that.
     *
     * @param same whether a member asks for what the caller does
     */
    public String idleMember(GroupName name, String prefix, Predicate<Subscription> same) {
        return idleMembers.first(name, prefix, same);
    }

    /** A member as it is; does not count as a call of it. */
    public ConsumerView consumer(GroupName name, String consumer) {
        return groups.look(name, group -> ConsumerView.of(group, group.member(consumer)));
    }

    /** What a member has, which is about to be told to it. */
    static Assignment told(Group group, Member member) {
        Assignment assignment = Assignment.since(member.told(), group, member);
        member.tell(assignment.partitions());
        return assignment;
    }

    /** A sign of life, and the call by which a member lets go of what is to move. */
    public Assignment heartbeat(GroupName name, String consumer) {
        return groups.change(name, (group, now) -> {
            Member member = group.member(consumer);
            member.beginCall(now);
            member.endCall(now);
            return new Decision<>(released(group, member, Map.of()), () -> told(group, member));
        });
    }

    /**
     * What has to happen for a member to let go of what is to move.
     *
     * @param toCommit what is about to be committed with it
     */
    List<GroupEvent> released(Group group, Member member, Map<TopicPartition, Long> toCommit) {
        if (!member.owesPartitions()) {
            return List.of();
        }
        Map<TopicPartition, Long> committed = new HashMap<>(group.committed());
        committed.putAll(toCommit);
        return new Rebalance(group, log)
                .release(member.id(), member.unsettled(committed))
                .events();
    }

    /** A member goes; what it had goes to the others at once. */
    public void leave(GroupName name, String consumer) {
        groups.change(name, (group, now) -> {
            Member member = group.member(consumer);
            return new Decision<>(
                    new Rebalance(group, log).remove(List.of(member.id())).events(), () -> true);
        });
    }

    /**
     * Commits for a member; all of what it asks for or nothing. After that it lets go of what is to move.
     *
     * @return with what is committed now in the partitions concerned
     */
    public Placed commit(GroupName name, String consumer, CommitRequest request) {
        return groups.change(name, (group, now) -> {
            Member member = group.member(consumer);
            member.beginCall(now);
            member.endCall(now);
            Map<TopicPartition, Long> wanted = new Commits(group, member, log).wanted(request);
            List<GroupEvent> events = new ArrayList<>(Commits.events(group, wanted));
            events.addAll(released(group, member, wanted));
            List<Position> committed = Position.of(wanted);
            return new Decision<>(events, () -> {
                wanted.forEach(member::skipCommitted);
                GroupStream stream = member.stream();
                if (stream != null) {
                    stream.wake();
                }
                return new Placed(committed, told(group, member));
            });
        });
    }

    /** All groups that this server coordinates, by name. */
    public List<GroupSummary> groups() {
        List<GroupSummary> summaries = new ArrayList<>();
        for (GroupName name : groups.names()) {
            try {
                long lag = offsets(name).stream().mapToLong(GroupOffset::lag).sum();
                summaries.add(groups.look(
                        name,
                        group -> new GroupSummary(
                                name, group.state(), group.members().size(), lag)));
            } catch (LogException.ShardElsewhere | GroupException.GroupNotFound goneMeanwhile) {
                // Another server tells of it.
            }
        }
        return summaries;
    }

    /** A group and its members. */
    public GroupView group(GroupName name) {
        return groups.look(
                name,
                group -> new GroupView(
                        name,
                        group.state(),
                        group.generation(),
                        group.members().values().stream()
                                .map(member -> ConsumerView.of(group, member))
                                .toList()));
    }

    /** How far a group is in each partition that it has committed in or that a member is to read. */
    public List<GroupOffset> offsets(GroupName name) {
        Map<TopicPartition, @Nullable Long> committed = groups.look(name, group -> {
            Map<TopicPartition, @Nullable Long> known = new TreeMap<>();
            Set<TopicPartition> read = new TreeSet<>();
            group.members().values().forEach(member -> read.addAll(member.target()));
            read.forEach(partition -> known.put(partition, null));
            known.putAll(group.committed());
            return known;
        });
        Map<TopicPartition, PartitionOffsets> allEnds = log.offsets(committed.keySet());
        List<GroupOffset> offsets = new ArrayList<>();
        committed.forEach((partition, offset) -> {
            PartitionOffsets ends = allEnds.get(partition);
            if (ends != null) {
                offsets.add(new GroupOffset(partition, offset, ends));
            }
        });
        return offsets;
    }

    private void topicChanged(TopicName topic) {
        for (GroupName name : groups.ofTopic(topic)) {
            try {
                groups.change(name, Retargeting.of(log));
            } catch (LogException.ShardElsewhere | GroupException.GroupNotFound goneMeanwhile) {
                // Whoever has the group hears of the topic too.
            }
        }
    }
}
