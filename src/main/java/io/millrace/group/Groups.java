package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.record.TopicName;
import io.millrace.time.Time;
import io.millrace.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * All groups, and the one way in which they change: a decision is made under the group's lock, its events are appended to
 * the journal and applied, the lock is given up, and only then the journal's durability is waited for, so that commits of
 * many members share a force.
 */
final class Groups {

    private final Map<GroupName, Group> groups = new ConcurrentHashMap<>();
    /** Which groups have to hear when a topic comes or goes: those that subscribe to it or have committed in it. */
    private final Map<TopicName, Set<GroupName>> byTopic = new ConcurrentHashMap<>();

    private final Map<GroupName, Timer.Scheduled> alarms = new ConcurrentHashMap<>();

    private final LogEngine log;
    private final Time time;
    private final Timer timer;
    private final Executor executor;
    private final GroupJournal journal;
    private final GroupSettings settings;

    Groups(LogEngine log, Time time, Timer timer, Executor executor, GroupSettings settings) {
        this.log = log;
        this.time = time;
        this.timer = timer;
        this.executor = executor;
        this.settings = settings;
        this.journal = new GroupJournal(log, time, settings.journalPartitions());
    }

    LogEngine log() {
        return log;
    }

    /** Monotonic time. */
    long nanos() {
        return time.nanos();
    }

    /** Brings back what the journal knows, and sets right what a crash or a change of topics meanwhile has left. */
    void load() {
        long now = time.nanos();
        journal.replay(entry -> {
            Group group = groups.computeIfAbsent(entry.group(), Group::new);
            group.apply(entry.event(), now);
            index(group.name(), entry.event());
        });
        for (Group group : groups.values()) {
            group.members().values().forEach(Member::markRestored);
            boolean fits = run(group, (g, nanos) -> new Decision<>(List.of(), () -> Retargeting.fits(g, log)));
            if (!fits) {
                run(group, Retargeting.of(log));
            }
            arm(group);
        }
    }

    List<GroupName> names() {
        return groups.keySet().stream().sorted().toList();
    }

    Set<GroupName> ofTopic(TopicName topic) {
        return byTopic.getOrDefault(topic, Set.of());
    }

    /** Changes a group that is there. */
    <T> T change(GroupName name, Decision.Maker<T> maker) {
        return run(existing(name), maker);
    }

    /** Changes a group, which comes into being if it is not there. */
    <T> T changeOrCreate(GroupName name, Decision.Maker<T> maker) {
        while (true) {
            Group group = groups.computeIfAbsent(name, this::create);
            try {
                Optional<T> answer = run(group, (g, now) -> {
                    if (g.isAbandoned()) {
                        return new Decision<>(List.of(), Optional::empty);
                    }
                    Decision<T> decision = maker.decide(g, now);
                    return new Decision<>(
                            decision.events(),
                            () -> Optional.of(decision.answer().get()));
                });
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
                group.abandon();
                groups.remove(group.name(), group);
            }
        } finally {
            group.lock().unlock();
        }
    }

    private Group create(GroupName name) {
        if (groups.size() >= settings.maxGroups()) {
            throw new GroupException.LimitReached("groups", "millrace.limits.max-groups", settings.maxGroups());
        }
        return new Group(name);
    }

    /** Looks at a group under its lock; what is journalled of it must not be changed. */
    <T> T look(GroupName name, Function<Group, T> look) {
        Group group = existing(name);
        group.lock().lock();
        try {
            return look.apply(group);
        } finally {
            group.lock().unlock();
        }
    }

    private Group existing(GroupName name) {
        Group group = groups.get(name);
        if (group == null) {
            throw new GroupException.GroupNotFound(name);
        }
        return group;
    }

    private <T> T run(Group group, Decision.Maker<T> maker) {
        T answer;
        LogEngine.Append append = null;
        List<GroupPoll> concerned = new ArrayList<>();
        group.lock().lock();
        try {
            long now = time.nanos();
            Decision<T> decision = maker.decide(group, now);
            if (!decision.events().isEmpty()) {
                append = journal.append(group.name(), decision.events());
                for (GroupEvent event : decision.events()) {
                    noteConcerned(group, event, concerned);
                    group.apply(event, now);
                    index(group.name(), event);
                }
            }
            answer = decision.answer().get();
            if (decision.events().stream().anyMatch(Groups::movesDeadlines)) {
                arm(group);
            }
        } finally {
            group.lock().unlock();
        }
        if (append != null) {
            append.await();
        }
        concerned.forEach(GroupPoll::signal);
        return answer;
    }

    private void index(GroupName group, GroupEvent event) {
        if (event instanceof GroupEvent.Membership membership && membership.subscription() != null) {
            membership.subscription().topics().forEach(topic -> index(topic, group));
        } else if (event instanceof GroupEvent.Committed committed) {
            index(committed.partition().topic(), group);
        }
    }

    private void index(TopicName topic, GroupName group) {
        byTopic.computeIfAbsent(topic, t -> ConcurrentHashMap.newKeySet()).add(group);
    }

    /** The polls of members that get or lose something, or that are no members after this. */
    private static void noteConcerned(Group group, GroupEvent event, List<GroupPoll> concerned) {
        String id = switch (event) {
            case GroupEvent.Assigned assigned -> assigned.member();
            case GroupEvent.Membership membership -> membership.member();
            default -> "";
        };
        Member member = group.members().get(id);
        GroupPoll poll = member == null ? null : member.poll();
        if (poll != null) {
            concerned.add(poll);
        }
    }

    private static boolean movesDeadlines(GroupEvent event) {
        return !(event instanceof GroupEvent.Committed) && !(event instanceof GroupEvent.Started);
    }

    /** Sets the group's alarm to the earliest of its deadlines. Calls of members only move deadlines back: it may go off early. */
    private void arm(Group group) {
        long now = time.nanos();
        long earliest = Long.MAX_VALUE;
        for (Member member : group.members().values()) {
            earliest = Math.min(earliest, member.sessionEndNanos(now) - now);
            if (member.owesPartitions()) {
                earliest = Math.min(earliest, handOverEnd(group, member) - now);
            }
        }
        Timer.Scheduled alarm = earliest == Long.MAX_VALUE
                ? null
                : timer.schedule(
                        Duration.ofNanos(Math.max(earliest, 1_000_000)), () -> executor.execute(() -> expire(group)));
        Timer.Scheduled before = alarm == null ? alarms.remove(group.name()) : alarms.put(group.name(), alarm);
        if (before != null) {
            before.cancel();
        }
    }

    private static long handOverEnd(Group group, Member member) {
        return group.generationSinceNanos()
                + member.subscription().rebalanceTimeout().toNanos();
    }

    /** Takes the dead out of the group, and what is overdue from those who owe it. */
    private void expire(Group group) {
        run(group, (g, now) -> {
            List<String> dead = new ArrayList<>();
            List<String> overdue = new ArrayList<>();
            for (Member member : g.members().values()) {
                if (member.sessionEndNanos(now) <= now) {
                    dead.add(member.id());
                } else if (member.owesPartitions() && handOverEnd(g, member) <= now) {
                    overdue.add(member.id());
                }
            }
            Rebalance rebalance = new Rebalance(g, log);
            if (!dead.isEmpty()) {
                rebalance.remove(dead);
            }
            overdue.forEach(rebalance::release);
            return new Decision<>(dead.isEmpty() && overdue.isEmpty() ? List.of() : rebalance.events(), () -> true);
        });
        group.lock().lock();
        try {
            arm(group);
        } finally {
            group.lock().unlock();
        }
    }
}
