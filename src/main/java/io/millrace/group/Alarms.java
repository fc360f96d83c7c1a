package io.millrace.group;

import io.millrace.time.Time;
import io.millrace.time.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The next deadline of each group: a session that ends, a hand-over that is overdue, or the end of what a group remembers that
 * nobody uses. Used under a group's lock.
 */
final class Alarms {

    private final Map<GroupName, Timer.Scheduled> alarms = new ConcurrentHashMap<>();
    private final Time time;
    private final Timer timer;
    private final Executor executor;
    private final Consumer<Group> due;
    private final Duration retention;

    /**
     * @param retention how long a group is remembered in which nobody is a member
     * @param due told when a deadline of a group may be over, on a thread of the executor
     */
    Alarms(Time time, Timer timer, Executor executor, Duration retention, Consumer<Group> due) {
        this.time = time;
        this.timer = timer;
        this.executor = executor;
        this.retention = retention;
        this.due = due;
    }

    /** Sets the group's alarm to the earliest of its deadlines. Calls of members only move deadlines back: it may go off early. */
    void arm(Group group) {
        long now = time.nanos();
        long earliest = Long.MAX_VALUE;
        for (Member member : group.members().values()) {
            earliest = Math.min(earliest, member.sessionEndNanos(now) - now);
            if (member.owesPartitions()) {
                earliest = Math.min(earliest, member.handOverEndNanos() - now);
            }
        }
        if (group.members().isEmpty()) {
            earliest = Duration.ofMillis(Math.max(0, expiryMillis(group) - time.millis()))
                    .toNanos();
        }
        disarm(group);
        if (earliest != Long.MAX_VALUE) {
            Duration delay = Duration.ofNanos(Math.max(earliest, 1_000_000));
            alarms.put(group.name(), timer.schedule(delay, () -> executor.execute(() -> due.accept(group))));
        }
    }

    void disarm(Group group) {
        Timer.Scheduled alarm = alarms.remove(group.name());
        if (alarm != null) {
            alarm.cancel();
        }
    }

    /** Whether what the group remembers is over: nobody has used it for so long. */
    boolean isExpired(Group group) {
        return group.members().isEmpty() && expiryMillis(group) <= time.millis();
    }

    private long expiryMillis(Group group) {
        return group.changedMillis() + retention.toMillis();
    }
}
