package io.millrace.group;

import io.millrace.consume.LongPoll;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Begins the polls and streams of members. */
public final class GroupPolls {

    private final GroupCoordinator coordinator;
    private final LongPoll.Waiting waiting;

    public GroupPolls(GroupCoordinator coordinator, LongPoll.Waiting waiting) {
        this.coordinator = coordinator;
        this.waiting = waiting;
    }

    /**
     * Begins a poll. With that the member lets go of what is to move to others, commits what the poll before delivered if it
     * subscribed so, and ends a poll of its own that still waits.
     *
     * @param maxRecords the most messages of the answer, at least 1
     * @param maxBytes the most bytes of their keys, values and headers; one message is answered whatever its size
     * @param wait how long to wait for the first message
     * @param cursorText the cursor of the answer to go on from, or null to go on where the last answer ended
     */
    public GroupPoll begin(
            GroupName name,
            String consumer,
            int maxRecords,
            long maxBytes,
            Duration wait,
            @Nullable String cursorText) {
        Cursor cursor = cursorText == null ? null : Cursor.parse(name, cursorText);
        arrive(name, consumer, cursor);
        Groups groups = coordinator.registry();
        return takeOver(name, consumer, cursor, (group, member) -> {
            member.beginCall(groups.nanos());
            OptionalInt turn = cursor == null ? OptionalInt.of(member.nextTurn()) : OptionalInt.empty();
            GroupPoll begun = new GroupPoll(groups, group, member, turn, maxRecords, maxBytes, wait, waiting, null);
            member.setPoll(begun);
            return begun;
        });
    }

    /**
     * Begins a stream, which takes the place of a poll or stream of the same member as a poll does. Without a cursor it begins
     * with what is not committed: nobody knows what of the last stream has arrived.
     *
     * @param maxInFlight how many messages may be sent and not committed, at least 1
     * @param cursorText the cursor of the message to go on after, or null
     */
    public GroupStream stream(GroupName name, String consumer, int maxInFlight, @Nullable String cursorText) {
        Cursor cursor = cursorText == null ? Cursor.BEGIN : Cursor.parse(name, cursorText);
        arrive(name, consumer, cursor);
        return takeOver(name, consumer, cursor, (group, member) -> {
            GroupStream begun = new GroupStream(coordinator, group, member, maxInFlight, waiting);
            member.setStream(begun);
            return begun;
        });
    }

    private void arrive(GroupName name, String consumer, @Nullable Cursor cursor) {
        coordinator.registry().change(name, (group, now) -> {
            Member member = group.member(consumer);
            member.beginCall(now);
            member.endCall(now);
            Map<TopicPartition, Long> toCommit = Map.of();
            if (member.subscription().autoCommit()) {
                toCommit = cursor == null ? Commits.deliveredTo(member) : Commits.heldUpTo(member, cursor);
            }
            List<GroupEvent> events = new ArrayList<>(Commits.events(group, toCommit));
            events.addAll(coordinator.released(group, member, toCommit));
            return new Decision<>(events, () -> true);
        });
    }

    /** Begins a poll or stream in the place of those that are under way. */
    private <T> T takeOver(
            GroupName name, String consumer, @Nullable Cursor cursor, BiFunction<Group, Member, T> beginning) {
        List<Runnable> superseded = new ArrayList<>(2);
        T begun = coordinator.registry().look(name, group -> {
            Member member = group.member(consumer);
            member.beginPoll();
            if (cursor != null) {
                goTo(group, member, cursor);
            }
            superseded.addAll(member.supersede());
            return beginning.apply(group, member);
        });
        superseded.forEach(Runnable::run);
        return begun;
    }

    /**
     * Checks the text of a cursor before anything is done with it; null is none.
     *
     * @throws GroupException.InvalidCursor if it is no cursor of the group
     */
    public static void checkCursor(GroupName name, @Nullable String cursorText) {
        if (cursorText != null) {
            Cursor _ = Cursor.parse(name, cursorText);
        }
    }

    /** Sets the member back, or on, to where the cursor says, as far as it still has what was read then. */
    private static void goTo(Group group, Member member, Cursor cursor) {
        Map<TopicPartition, Long> held = Commits.heldUpTo(member, cursor);
        held.forEach((partition, offset) -> {
            Member.Progress before = member.progress(partition);
            long from = before != null
                    ? before.from()
                    : group.committed().getOrDefault(partition, group.started().getOrDefault(partition, 0L));
            member.place(partition, Math.min(from, offset), offset);
        });
        // What an answer after that cursor brought for the first time is delivered again too, unless it is committed.
        List.copyOf(member.progress().keySet()).stream()
                .filter(partition -> !held.containsKey(partition))
                .forEach(partition -> setBack(group, member, partition));
    }

    private static void setBack(Group group, Member member, TopicPartition partition) {
        Member.Progress progress = member.progress(partition);
        if (progress != null) {
            long committed = group.committed().getOrDefault(partition, 0L);
            long from = Math.max(progress.from(), Math.min(progress.next(), committed));
            member.setBack(partition, from);
        }
    }
}
