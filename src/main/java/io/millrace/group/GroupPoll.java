package io.millrace.group;

import io.millrace.consume.LongPoll;
import io.millrace.consume.Poll;
import io.millrace.log.FetchMemory;
import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.LogException;
import io.millrace.log.Position;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One poll of a member: a {@link LongPoll} whose places follow what the member has. It keeps the member alive until its
 * answer was confirmed or given back.
 */
public final class GroupPoll implements Poll<Delivery>, LongPoll.Source<Delivery> {

    /** A read under way may meet a log that has been cut or deleted; then positions are found anew. */
    private static final int ATTEMPTS = 5;

    /** What the member is to get next of each partition, in the order of the plan, as it was at a moment. */
    private record Claim(List<Position> positions, Map<TopicPartition, Long> grants, boolean mustAnswer) {

        /** The claim without the gaps that a fetch of it has passed: there it is not to be woken. */
        Claim behind(Fetched fetched) {
            return new Claim(fetched.behind(positions), grants, mustAnswer);
        }
    }

    private final Groups groups;
    private final GroupName name;
    private final Group home;
    private final Member member;
    private final int maxRecords;
    private final long maxBytes;
    private final Set<TopicPartition> atStart;
    private final PlaceFinder places;
    private final OptionalInt turn;
    private final LongPoll<Delivery> longPoll;
    /** The stream that it is a round of, which counts its own calls; null if it is a poll. */
    private final @Nullable GroupStream stream;

    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile FetchMemory memory = FetchMemory.PLENTY;
    private volatile Claim claim = new Claim(List.of(), Map.of(), false);
    private volatile boolean superseded;
    private boolean answering;
    private boolean ended;

    /**
     * Begins a poll; under the group's lock.
     *
     * @param turn not negative; tells with which of the member's partitions it begins. Without one the places tell that, so
     *     that polls from the same places bring the same messages, however few they may bring
     */
    GroupPoll(
            Groups groups,
            Group group,
            Member member,
            OptionalInt turn,
            int maxRecords,
            long maxBytes,
            Duration wait,
            LongPoll.Waiting waiting,
            @Nullable GroupStream stream) {
        this.groups = groups;
        this.name = group.name();
        this.home = group;
        this.member = member;
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
        this.atStart = Set.copyOf(ConsumerView.assignment(member));
        this.places = new PlaceFinder(groups.log(), member);
        this.turn = turn;
        this.stream = stream;
        this.longPoll = new LongPoll<>(this, wait, waiting);
    }

    /** Has it take the memory for what it delivers there; before it is asked. */
    public void takeFrom(FetchMemory memory) {
        this.memory = memory;
    }

    @Override
    public @Nullable Delivery tryNow(Duration moment) {
        return longPoll.tryNow(moment);
    }

    @Override
    public void await(Listener<Delivery> listener) {
        try {
            longPoll.await(listener);
        } catch (RuntimeException refused) {
            end();
            throw refused;
        }
    }

    @Override
    public boolean cancel() {
        boolean ended = longPoll.cancel();
        if (ended) {
            end();
        }
        return ended;
    }

    /** Whether its answer is there, and on its way to the client; under the group's lock. */
    boolean isAnswering() {
        return answering;
    }

    /** Done when the call has ended, in whichever way. */
    CompletableFuture<Void> over() {
        return over;
    }

    /** Has a poll that waits look again, because the member's partitions have changed. */
    void signal() {
        longPoll.signal();
    }

    /** Has the poll answer at once and with nothing: its client has asked again. */
    void supersede() {
        superseded = true;
        longPoll.signal();
    }

    @Override
    public @Nullable Delivery attempt(boolean last) {
        try {
            for (int i = 0; ; i++) {
                Claim now = groups.look(name, this::claim);
                Fetched fetched = fetch(now, i == ATTEMPTS);
                if (fetched != null) {
                    claim = now.behind(fetched);
                    return fetched.isEmpty() && !last && !now.mustAnswer()
                            ? null
                            : groups.look(name, group -> deliver(group, now, fetched));
                }
            }
        } catch (RuntimeException failure) {
            end();
            throw failure;
        }
    }

    @Override
    public List<Position> positions() {
        return claim.positions();
    }

    private Claim claim(Group group) {
        checkMember(group);
        if (superseded) {
            return new Claim(List.of(), Map.of(), true);
        }
        List<TopicPartition> kept = new ArrayList<>(ConsumerView.assignment(member));
        boolean lostSome = !kept.containsAll(atStart);
        kept.removeIf(partition -> groups.log().topic(partition.topic()).isEmpty());
        places.find(group, kept);
        List<Position> positions = new ArrayList<>(kept.size());
        Map<TopicPartition, Long> grants = new HashMap<>();
        for (TopicPartition partition : kept) {
            Member.Progress progress = member.progress(partition);
            if (progress != null) {
                positions.add(new Position(partition, progress.next()));
                grants.put(partition, member.owned().getOrDefault(partition, -1L));
            }
        }
        if (!positions.isEmpty()) {
            Collections.rotate(positions, -first(positions));
        }
        return new Claim(positions, grants, lostSome);
    }

    /** Which of the places comes first. */
    private int first(List<Position> positions) {
        return turn.isPresent()
                ? turn.getAsInt() % positions.size()
                // Spread well, because places that move by whole pages must come to each partition too.
                : new SplittableRandom(positions.hashCode()).nextInt(positions.size());
    }

    private void checkMember(Group group) {
        Member now = group.member(member.id());
        if (now != member) {
            // The group was given away and has come back: the member is there, but not this poll of it.
            throw new LogException.ShardElsewhere();
        }
    }

    private @Nullable Fetched fetch(Claim claim, boolean last) {
        if (claim.positions().isEmpty()) {
            return new Fetched(List.of());
        }
        try {
            memory.giveBack();
            return groups.log().fetch(new FetchPlan(claim.positions(), maxRecords, maxBytes, memory));
        } catch (LogException.OffsetOutOfRange gone) {
            if (last) {
                throw gone;
            }
            places.noteOutOfRange(claim.positions());
            return null;
        } catch (LogException.TopicNotFound | LogException.PartitionNotFound gone) {
            if (last) {
                throw gone;
            }
            return null;
        }
    }

    private Delivery deliver(Group group, Claim claim, Fetched fetched) {
        checkMember(group);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        claim.positions().forEach(position -> offsets.put(position.partition(), position.offset()));
        Map<TopicPartition, Delivery.Step> steps = new HashMap<>();
        List<FetchedPartition> delivered = new ArrayList<>();
        for (FetchedPartition found : superseded ? List.<FetchedPartition>of() : fetched.partitions()) {
            TopicPartition partition = found.partition();
            Member.Progress before = member.progress(partition);
            Long grant = claim.grants().get(partition);
            // Another poll, or a new owner, may have come between the claim and now.
            if (before != null
                    && grant != null
                    && member.keeps(partition)
                    && grant.equals(member.owned().get(partition))
                    && offsets.getOrDefault(partition, -1L) == before.next()) {
                member.progress().put(partition, before.upTo(found.nextOffset()));
                steps.put(partition, new Delivery.Step(grant, before));
                delivered.add(found);
            }
        }
        answering = true;
        Assignment assignment = Assignment.since(member.told(), group, member);
        return new Delivery(
                delivered, assignment, cursor(member).text(name), steps, () -> confirmed(assignment), () -> end(steps));
    }

    /** Behind all that was delivered to a member. */
    static Cursor cursor(Member member) {
        return new Cursor(member.progress().entrySet().stream()
                .filter(entry -> entry.getValue().isDelivered())
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> new Cursor.Entry(
                        entry.getKey(), entry.getValue().next(), member.owned().getOrDefault(entry.getKey(), -1L)))
                .toList());
    }

    private void confirmed(Assignment assignment) {
        home.lock().lock();
        try {
            // A stream tells by itself what its member has.
            if (!ended && stream == null) {
                member.tell(assignment.partitions());
            }
            end();
        } finally {
            home.lock().unlock();
        }
    }

    private void end() {
        end(Map.of());
    }

    /** Ends the call, and sets back what is to be delivered again; never forward, and not if the client has chosen a place since. */
    private void end(Map<TopicPartition, Delivery.Step> back) {
        home.lock().lock();
        try {
            if (!ended) {
                ended = true;
                if (stream == null) {
                    member.endCall(groups.nanos());
                }
                if (member.poll() == this) {
                    member.setPoll(null);
                }
                if (stream == null || member.stream() == stream) {
                    back.forEach(this::setBack);
                }
            }
        } finally {
            home.lock().unlock();
        }
        over.complete(null);
    }

    private void setBack(TopicPartition partition, Delivery.Step step) {
        Member.Progress now = member.progress(partition);
        Long grant = member.owned().get(partition);
        if (now != null
                && grant != null
                && grant == step.grant()
                && now.placing() == step.before().placing()
                && now.next() > step.before().next()) {
            member.progress().put(partition, step.before());
        }
    }
}
