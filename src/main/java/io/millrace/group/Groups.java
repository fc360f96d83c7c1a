package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.log.OutsideOffsets;
import io.millrace.log.Shards;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import io.millrace.time.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * All groups, and the one way in which they change: a decision is made under the group's lock, its events are appended to
 * the journal and applied, the lock is given up, and only then the journal's durability is waited for, so that commits of
 * many members share a force.
 */
final class Groups implements GroupJournal.Keeper {

    private final Map<GroupName, Group> groups = new ConcurrentHashMap<>();
    private final TopicIndex index = new TopicIndex();

    private final LogEngine log;
    private final Time time;
    private final Alarms alarms;
    private final GroupJournal journal;
    private final OutsideOffsets outside;
    private final GroupSettings settings;

    Groups(
            LogEngine log,
            Shards shards,
            OutsideOffsets outside,
            Time time,
            Timer timer,
            Executor executor,
            GroupSettings settings) {
        this.log = log;
        this.outside = outside;
        this.time = time;
        this.alarms = new Alarms(time, timer, executor, settings.offsetsRetention(), this::expire);
        this.settings = settings;
        this.journal = new GroupJournal(shards, time);
    }

    LogEngine log() {
        return log;
    }

    /** Monotonic time. */
    long nanos() {
        return time.nanos();
    }

    /** Begins to keep groups. */
    void start() {
        journal.start(settings.journalPartitions(), this);
    }

    /** Brings back what the journal knows, and sets right what a crash or a change of topics meanwhile has left. */
    @Override
    public void acquired(int shard, Consumer<Consumer<GroupEventCodec.Entry>> replay) {
        long now = time.nanos();
        Map<GroupName, Group> restored = new HashMap<>();
        replay.accept(entry -> {
            Group group = restored.computeIfAbsent(entry.group(), Group::new);
            group.apply(entry.event(), now);
            group.touch(entry.timestamp());
        });
        restored.values().removeIf(Group::isNew);
        for (Group group : restored.values()) {
            group.endReplay();
            group.members().values().forEach(member -> index.note(group.name(), member.subscription()));
            group.committed().keySet().forEach(partition -> index.note(group.name(), partition));
            group.started().keySet().forEach(partition -> index.note(group.name(), partition));
            groups.put(group.name(), group);
            if (!Retargeting.fits(group, log)) {
                Optional<Boolean> _ = run(group, Retargeting.of(log));
            }
            alarms.arm(group);
            outside.publish(group.name().value(), group.committed());
        }
    }

    /** Forgets the groups of a shard; whoever polls in them is told to ask again. */
    @Override
    public void lost(int shard) {
        List<Runnable> waiting = new ArrayList<>();
        List<Group> gone = groups.values().stream()
                .filter(group -> journal.shard(group.name()) == shard)
                .toList();
        for (Group group : gone) {
            group.lock().lock();
            try {
                abandon(group);
                group.members().values().forEach(member -> noteWaiting(member, waiting));
            } finally {
                group.lock().unlock();
            }
        }
        waiting.forEach(Runnable::run);
    }

    List<GroupName> names() {
        return groups.keySet().stream().sorted().toList();
    }

    /** The groups that a topic concerns. */
    Set<GroupName> ofTopic(TopicName topic) {
        return index.of(topic, this::hasPatternOf);
    }

    private boolean hasPatternOf(GroupName name, TopicName topic) {
        Group group = groups.get(name);
        if (group == null) {
            return false;
        }
        group.lock().lock();
        try {
            return group.hasPatternOf(topic);
        } finally {
            group.lock().unlock();
        }
    }

    /** Changes a group that is there. */
    <T> T change(GroupName name, Decision.Maker<T> maker) {
        while (true) {
            Optional<T> answer = run(existing(name), maker);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
    }

    /** Changes a group, which comes into being if it is not there. */
    <T> T changeOrCreate(GroupName name, Decision.Maker<T> maker) {
        while (true) {
            journal.check(name);
            Group group = groups.computeIfAbsent(name, this::create);
            try {
                Optional<T> answer = run(group, maker);
                if (answer.isPresent()) {
                    return answer.get();
                }
            } catch (RuntimeException refused) {
                abandonIfNew(group);
                throw refused;
            }
        }
    }

    private void abandonIfNew(Group group) {
        group.lock().lock();
        try {
            if (group.isNew()) {
                abandon(group);
            }
        } finally {
            group.lock().unlock();
        }
    }

    /** Under the group's lock. */
    private void abandon(Group group) {
        group.abandon();
        index.forget(group.name());
        groups.remove(group.name(), group);
        alarms.disarm(group);
    }

    private Group create(GroupName name) {
        if (groups.size() >= settings.maxGroups()) {
            throw new GroupException.LimitReached("groups", "millrace.limits.max-groups", settings.maxGroups());
        }
        return new Group(name);
    }

    /** Whether somebody is a member of the group. */
    boolean isInUse(GroupName name) {
        journal.check(name);
        Group group = groups.get(name);
        return group != null && look(name, there -> !there.members().isEmpty());
    }

    /** Looks at a group under its lock; what is journalled of it must not be changed. */
    <T> T look(GroupName name, Function<Group, T> look) {
        while (true) {
            Group group = existing(name);
            group.lock().lock();
            try {
                if (!group.isAbandoned()) {
                    return look.apply(group);
                }
            } finally {
                group.lock().unlock();
            }
        }
    }

    private Group existing(GroupName name) {
        journal.check(name);
        Group group = groups.get(name);
        if (group == null) {
            throw new GroupException.GroupNotFound(name);
        }
        return group;
    }

    /** Nothing if the group is no longer the one of its name. */
    private <T> Optional<T> run(Group group, Decision.Maker<T> maker) {
        T answer;
        LogEngine.Append append = null;
        List<Runnable> concerned = new ArrayList<>();
        Map<TopicPartition, Long> committed = new HashMap<>();
        boolean ended;
        group.lock().lock();
        try {
            if (group.isAbandoned()) {
                return Optional.empty();
            }
            long now = time.nanos();
            Decision<T> decision = maker.decide(group, now);
            if (!decision.events().isEmpty()) {
                append = journal.append(group.name(), decision.events());
                group.touch(time.millis());
                for (GroupEvent event : decision.events()) {
                    noteConcerned(group, event, concerned);
                    group.apply(event, now);
                    index.note(group.name(), event);
                    if (event instanceof GroupEvent.Committed(TopicPartition partition, Long offset)
                            && offset != null) {
                        committed.put(partition, offset);
                    }
                }
            }
            answer = decision.answer().get();
            ended = decision.events().stream().anyMatch(GroupEvent.Ended.class::isInstance);
            if (decision.events().stream().anyMatch(event -> movesDeadlines(group, event))) {
                alarms.arm(group);
            }
        } finally {
            group.lock().unlock();
        }
        if (append != null) {
            append.await();
        }
        if (ended) {
            abandonIfNew(group);
        }
        concerned.forEach(Runnable::run);
        if (!committed.isEmpty()) {
            outside.publish(group.name().value(), committed);
        }
        return Optional.of(answer);
    }

    /** Has the polls look again of members that get or lose something, or that are no members after this. */
    private static void noteConcerned(Group group, GroupEvent event, List<Runnable> concerned) {
        String id = switch (event) {
            case GroupEvent.Assigned assigned -> assigned.member();
            case GroupEvent.Membership membership -> membership.member();
            default -> "";
        };
        Member member = group.members().get(id);
        if (member != null) {
            noteWaiting(member, concerned);
        }
    }

    /** What has the poll or stream of a member look again. */
    static void noteWaiting(Member member, List<Runnable> waiting) {
        GroupPoll poll = member.poll();
        if (poll != null) {
            waiting.add(poll::signal);
        }
        GroupStream stream = member.stream();
        if (stream != null) {
            waiting.add(stream::wake);
        }
    }

    private static boolean movesDeadlines(Group group, GroupEvent event) {
        return group.members().isEmpty()
                || !(event instanceof GroupEvent.Committed || event instanceof GroupEvent.Started);
    }

    /** Takes the dead out of the group, and what is overdue from those who owe it; forgets it when its time is over. */
    private void expire(Group group) {
        Optional<Boolean> _ = run(group, (g, now) -> {
            if (alarms.isExpired(g)) {
                return new Decision<>(Commits.end(g), () -> true);
            }
            List<String> dead = new ArrayList<>();
            List<Member> overdue = new ArrayList<>();
            for (Member member : g.members().values()) {
                if (member.sessionEndNanos(now) <= now) {
                    dead.add(member.id());
                } else if (member.owesPartitions() && member.handOverEndNanos() <= now) {
                    overdue.add(member);
                }
            }
            Rebalance rebalance = new Rebalance(g, log);
            if (!dead.isEmpty()) {
                rebalance.remove(dead);
            }
            overdue.forEach(member -> rebalance.release(member.id(), member.owedInTime(now)));
            return new Decision<>(dead.isEmpty() && overdue.isEmpty() ? List.of() : rebalance.events(), () -> true);
        });
        group.lock().lock();
        try {
            if (!group.isAbandoned()) {
                alarms.arm(group);
            }
        } finally {
            group.lock().unlock();
        }
    }
}
