package io.millrace.group;

import io.millrace.consume.LongPoll;
import io.millrace.log.FetchMemory;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.LogEngine.Registration;
import io.millrace.log.LogException;
import io.millrace.log.Position;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a member as they come, chunk by chunk: polls, one after the other, of which only the first is a call of a
 * client. To be used by one thread, which may wait; the member lives while that thread waits here, and for a session after
 * it last came.
 */
public final class GroupStream implements AutoCloseable {

    private static final int CHUNK_MESSAGES = 500;
    private static final long CHUNK_BYTES = 64 * 1024;

    /** A look at the member: what it has, and the poll by which it gets the next chunk; no poll where it may get none. */
    private record Round(@Nullable GroupPoll poll, Assignment assignment, Cursor place, boolean over) {}

    private final GroupCoordinator coordinator;
    private final Groups groups;
    private final Group home;
    private final Member member;
    private final int maxInFlight;
    private final LongPoll.Waiting waiting;
    private FetchMemory memory = FetchMemory.PLENTY;
    private final Semaphore wakeUps = new Semaphore(0);

    /** The offsets that were sent and are not committed, in order; touched by the stream's thread only. */
    private final Map<TopicPartition, Deque<Long>> open = new HashMap<>();

    /** Up to where all was sent. */
    private Cursor sent = Cursor.BEGIN;
    /** Up to where all was sent when something else was sent after it. */
    private Cursor followed = sent;

    /** The generation and the partitions that it has told last; at first the generation is none, so that they are told. */
    private int toldGeneration = -1;

    private List<TopicPartition> told;

    /** Begins a stream; under the group's lock. */
    GroupStream(GroupCoordinator coordinator, Group group, Member member, int maxInFlight, LongPoll.Waiting waiting) {
        this.coordinator = coordinator;
        this.groups = coordinator.registry();
        this.home = group;
        this.member = member;
        this.maxInFlight = maxInFlight;
        this.waiting = waiting;
        this.told = member.told();
    }

    /** Has it take the memory for its chunks there; before the first of them. Each takes the memory of the one before. */
    public void takeFrom(FetchMemory memory) {
        this.memory = memory;
    }

    /** How long a member may be silent before it is taken for gone. */
    public Duration sessionTimeout() {
        home.lock().lock();
        try {
            return member.subscription().sessionTimeout();
        } finally {
            home.lock().unlock();
        }
    }

    /** Has a stream that waits look again: something was committed or assigned, or it is to end. */
    public void wake() {
        wakeUps.release();
    }

    /**
     * Waits for messages, or for partitions to come or go. Whoever gets the chunk must confirm it or give it back before asking
     * for the next.
     *
     * @param patience how long to wait at the most; then, and when it is woken for something else, the chunk may be empty
     * @throws GroupException.ConsumerNotFound if its member is one no more
     */
    public StreamChunk next(Duration patience) throws InterruptedException {
        long end = groups.nanos() + patience.toNanos();
        inCall(true);
        try {
            while (true) {
                wakeUps.drainPermits();
                Round round = groups.change(home.name(), this::round);
                StreamChunk chunk = chunk(round);
                if (chunk.isOver() || chunk.isNews() || !chunk.partitions().isEmpty()) {
                    return chunk;
                }
                GroupPoll poll = round.poll();
                long left = end - groups.nanos();
                if (left <= 0 || !awaken(poll == null ? List.of() : poll.positions(), left)) {
                    return chunk;
                }
                chunk.confirmNothing();
            }
        } finally {
            inCall(false);
        }
    }

    /** Ends it; what it has sent and nobody committed is sent by the next one. */
    @Override
    public void close() {
        home.lock().lock();
        try {
            if (member.stream() == this) {
                member.setStream(null);
            }
        } finally {
            home.lock().unlock();
        }
    }

    private void inCall(boolean begins) {
        home.lock().lock();
        try {
            if (begins) {
                member.beginCall(groups.nanos());
            } else {
                member.endCall(groups.nanos());
            }
        } finally {
            home.lock().unlock();
        }
    }

    private boolean awaken(List<Position> positions, long nanos) throws InterruptedException {
        Registration registration = positions.isEmpty() ? null : waiting.log().await(positions, this::wake);
        try {
            return wakeUps.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        } finally {
            if (registration != null) {
                registration.cancel();
            }
        }
    }

    private Decision<Round> round(Group group, long nowNanos) {
        if (group.member(member.id()) != member) {
            throw new LogException.ShardElsewhere();
        }
        if (member.stream() != this) {
            Assignment before = new Assignment(toldGeneration, told, List.of(), List.of());
            return new Decision<>(List.of(), () -> new Round(null, before, Cursor.BEGIN, true));
        }
        boolean autoCommit = member.subscription().autoCommit();
        Map<TopicPartition, Long> toCommit = Map.of();
        if (autoCommit) {
            // What is to move does not wait until something else was sent.
            toCommit = Commits.heldUpTo(member, member.owesPartitions() ? sent : followed);
        }
        List<GroupEvent> events = new ArrayList<>(Commits.events(group, toCommit));
        events.addAll(coordinator.released(group, member, toCommit));
        return new Decision<>(events, () -> {
            int room = Math.min(CHUNK_MESSAGES, autoCommit ? maxInFlight : maxInFlight - inFlight(group));
            GroupPoll poll = room <= 0
                    ? null
                    : new GroupPoll(
                            groups,
                            group,
                            member,
                            OptionalInt.of(member.nextTurn()),
                            room,
                            CHUNK_BYTES,
                            Duration.ZERO,
                            waiting,
                            this);
            member.setPoll(poll);
            return new Round(poll, Assignment.since(told, group, member), GroupPoll.cursor(member), false);
        });
    }

    /** How many messages were sent and are not committed; forgets those that are, or that are to be sent again. */
    private int inFlight(Group group) {
        open.keySet().retainAll(member.owned().keySet());
        int count = 0;
        for (Map.Entry<TopicPartition, Deque<Long>> entry : open.entrySet()) {
            Deque<Long> offsets = entry.getValue();
            long committed = group.committed().getOrDefault(entry.getKey(), -1L);
            Member.Progress progress = member.progress(entry.getKey());
            long next = progress == null ? 0 : progress.next();
            while (!offsets.isEmpty() && offsets.getFirst() < committed) {
                offsets.removeFirst();
            }
            while (!offsets.isEmpty() && offsets.getLast() >= next) {
                offsets.removeLast();
            }
            count += offsets.size();
        }
        return count;
    }

    private StreamChunk chunk(Round round) {
        GroupPoll poll = round.poll();
        if (poll != null) {
            poll.takeFrom(memory);
        }
        Delivery delivery = poll == null ? null : poll.attempt(true);
        Assignment assignment = round.assignment();
        boolean news = assignment.generation() != toldGeneration || assignment.isChanged();
        toldGeneration = assignment.generation();
        told = assignment.partitions();
        if (delivery != null) {
            delivery.partitions().forEach(this::noteOpen);
        }
        return new StreamChunk(
                home.name(), delivery, assignment, news, round.over(), round.place(), () -> confirmed(assignment));
    }

    private void noteOpen(FetchedPartition found) {
        Deque<Long> offsets = open.computeIfAbsent(found.partition(), partition -> new ArrayDeque<>());
        found.records().forEach(record -> offsets.addLast(record.offset()));
    }

    private void confirmed(Assignment assignment) {
        home.lock().lock();
        try {
            member.tell(assignment.partitions());
            followed = sent;
            sent = GroupPoll.cursor(member);
        } finally {
            home.lock().unlock();
        }
    }
}
