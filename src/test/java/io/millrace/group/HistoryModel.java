package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.Position;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** A plain model of a group: what each member is to get next and what is committed, with the rules that always hold. */
final class HistoryModel {

    static final Duration SESSION = Duration.ofSeconds(45);
    /** Shorter than a session, so that some who live are too late. */
    static final Duration HAND_OVER = Duration.ofSeconds(20);

    /**
     * What a member has read of a partition under a grant: all from {@code from} to before {@code next}.
     *
     * @param sought whether it asked to read there, whatever is committed
     * @param again whether it gave a cursor for that, so that what is committed may come again
     */
    record Read(long grant, long from, long next, boolean sought, boolean again) {

        Read(long grant, long from, long next) {
            this(grant, from, next, false, false);
        }

        Read upTo(long offset) {
            return new Read(grant, from, offset, sought, again);
        }
    }

    /** Who has a partition, and under which grant. */
    private record Owner(String member, long grant) {}

    /** Who is to let go of a partition, and between when and when that began: time may pass in a step. */
    private record Owed(String member, long from, long to) {}

    private final HistoryWorld world;
    private final GroupFixture f;
    private final AutoOffsetReset reset;
    private final Map<String, Map<TopicPartition, Read>> reads = new HashMap<>();
    private final Map<String, Long> lastCall = new HashMap<>();
    private final Set<String> calledInStep = new HashSet<>();
    private final Map<TopicPartition, Long> committed = new TreeMap<>();
    /** Where a group that reads only what is new began, by partition. */
    private final Map<TopicPartition, Long> began = new TreeMap<>();

    private Map<TopicPartition, Owner> owners = Map.of();
    private Map<TopicPartition, Owed> owed = new HashMap<>();
    private long stepBegan;

    HistoryModel(HistoryWorld world, AutoOffsetReset reset) {
        this.world = world;
        this.f = world.f;
        this.reset = reset;
    }

    Map<TopicPartition, Long> committed() {
        return committed;
    }

    Map<TopicPartition, Read> reads(String name) {
        return reads.computeIfAbsent(name, n -> new HashMap<>());
    }

    Map<TopicPartition, Long> owned(String name) {
        return look(group -> {
                    Member member = group.members().get(name);
                    return member == null ? Map.<TopicPartition, Long>of() : Map.copyOf(member.owned());
                })
                .orElse(Map.of());
    }

    <T> Optional<T> look(Function<Group, T> look) {
        try {
            return Optional.of(f.groups.registry().look(GROUP, look));
        } catch (GroupException.GroupNotFound nobodyYet) {
            return Optional.empty();
        }
    }

    void beginStep() {
        calledInStep.clear();
        stepBegan = f.time.nanos();
    }

    void called(String name) {
        lastCall.put(name, f.time.nanos());
        calledInStep.add(name);
    }

    /** A call that is refused is a sign of life all the same. */
    void refused(String name) {
        if (lastCall.containsKey(name)) {
            called(name);
        }
    }

    /** It may be a new process, which goes on from what is committed. */
    void joined(String name) {
        reads.remove(name);
        called(name);
    }

    void left(String name) {
        reads.remove(name);
        lastCall.remove(name);
    }

    void restarted() {
        reads.clear();
        long now = f.time.nanos();
        owed.replaceAll((partition, before) -> new Owed(before.member(), now, now));
        lastCall.replaceAll((name, before) -> now);
    }

    void gone(TopicName topic) {
        committed.keySet().removeIf(p -> p.topic().equals(topic));
        began.keySet().removeIf(p -> p.topic().equals(topic));
        reads.values().forEach(of -> of.keySet().removeIf(p -> p.topic().equals(topic)));
    }

    long place(TopicPartition partition) {
        return committed.getOrDefault(partition, began.getOrDefault(partition, 0L));
    }

    /** A poll fixes where its member is in all that it has, also where the answer had no room. */
    void pin(String name) {
        Map<TopicPartition, Read> of = reads(name);
        Map<TopicPartition, Long> kept = new HashMap<>(owned(name));
        kept.keySet()
                .removeIf(partition ->
                        !look(group -> group.member(name).keeps(partition)).orElse(false));
        kept.forEach((partition, grant) -> {
            Read before = of.get(partition);
            if (before == null || before.grant() != grant) {
                of.put(partition, new Read(grant, place(partition), place(partition)));
            }
        });
    }

    void goTo(String name, String cursor) {
        Map<TopicPartition, Read> of = reads(name);
        Map<TopicPartition, Read> held = new HashMap<>();
        Map<TopicPartition, Long> owned = owned(name);
        for (Cursor.Entry entry : Cursor.parse(GROUP, cursor).entries()) {
            if (Long.valueOf(entry.grant()).equals(owned.get(entry.partition()))) {
                Read before = of.get(entry.partition());
                long from = before == null ? place(entry.partition()) : before.from();
                held.put(
                        entry.partition(),
                        new Read(entry.grant(), Math.min(from, entry.offset()), entry.offset(), false, true));
            }
        }
        of.replaceAll((partition, read) -> {
            long from = Math.max(read.from(), Math.min(read.next(), committed.getOrDefault(partition, 0L)));
            return new Read(read.grant(), from, from, read.sought(), read.again());
        });
        of.putAll(held);
    }

    void sought(String name, TopicPartition partition, long offset) {
        reads(name).put(partition, new Read(owned(name).get(partition), offset, offset, true, false));
    }

    /**
     * Looks whether an answer brings what comes next and nothing that is committed.
     *
     * @param lost whether the client does not get it, so that it is to come again
     */
    void delivered(String name, Delivery delivery, boolean lost) {
        Map<TopicPartition, Long> owned = owned(name);
        Map<TopicPartition, Read> of = reads(name);
        for (FetchedPartition fetched : delivery.partitions()) {
            TopicPartition partition = fetched.partition();
            Read before = of.get(partition);
            Long grant = owned.get(partition);
            if (grant == null || fetched.records().isEmpty()) {
                continue;
            }
            boolean same = before != null && before.grant() == grant;
            long next = same ? before.next() : place(partition);
            long expected = next;
            assertThat(next >= committed.getOrDefault(partition, 0L) || (same && (before.sought() || before.again())))
                    .as("%s gets nothing of %s that is committed, unless it asks", name, partition)
                    .isTrue();
            for (StoredRecord message : fetched.records()) {
                assertThat(message.offset())
                        .as("%s goes on in %s without a gap", name, partition)
                        .isEqualTo(expected);
                assertThat(StandardCharsets.UTF_8
                                .decode(message.value().duplicate())
                                .toString())
                        .isEqualTo(world.value(partition, expected));
                expected++;
            }
            if (!lost) {
                of.put(partition, (same ? before : new Read(grant, next, next)).upTo(expected));
            }
        }
        called(name);
    }

    /** What a commit is to commit. */
    Map<TopicPartition, Long> toCommit(String name, CommitRequest request) {
        Map<TopicPartition, Long> owned = owned(name);
        Map<TopicPartition, Long> expected = new TreeMap<>();
        switch (request) {
            case CommitRequest.Delivered() ->
                reads(name).forEach((partition, read) -> {
                    if (read.next() > read.from() && Long.valueOf(read.grant()).equals(owned.get(partition))) {
                        expected.put(partition, read.next());
                    }
                });
            case CommitRequest.Offsets(List<Position> positions) ->
                positions.forEach(position -> expected.put(position.partition(), position.offset()));
            case CommitRequest.UpTo(String cursor) ->
                Cursor.parse(GROUP, cursor).entries().forEach(entry -> {
                    if (Long.valueOf(entry.grant()).equals(owned.get(entry.partition()))) {
                        expected.put(entry.partition(), entry.offset());
                    }
                });
        }
        return expected;
    }

    /** What a poll commits by itself is what the one before delivered, or what its cursor tells; it goes on behind that. */
    void autoCommitted(Map<TopicPartition, Long> offsets) {
        committed.putAll(offsets);
    }

    /** What is committed does not come again, unless that was asked for. */
    void committed(String name, Map<TopicPartition, Long> offsets) {
        committed.putAll(offsets);
        Map<TopicPartition, Read> of = reads(name);
        offsets.forEach((partition, offset) -> of.computeIfPresent(
                partition,
                (p, read) -> read.sought() || read.next() >= offset ? read : new Read(read.grant(), offset, offset)));
    }

    /**
     * Looks whether all rules hold.
     *
     * @param waiting who has a poll that waits
     */
    void check(Set<String> waiting) {
        waiting.forEach(name -> lastCall.put(name, f.time.nanos()));
        Optional<Boolean> known = look(group -> {
            checkOwners(group);
            group.members().values().forEach(this::checkAlive);
            assertThat(group.committed()).as("committed").isEqualTo(committed);
            waiting.stream().filter(group.members()::containsKey).forEach(this::pin);
            reads.keySet().removeIf(name -> !group.members().containsKey(name));
            return true;
        });
        assertThat(known.isPresent() || committed.isEmpty())
                .as("a group with offsets is there")
                .isTrue();
    }

    private void checkAlive(Member member) {
        long now = f.time.nanos();
        assertThat(now - lastCall.get(member.id()))
                .as("silence of %s", member.id())
                .isLessThanOrEqualTo(SESSION.plusSeconds(1).toNanos());
    }

    private void checkOwners(Group group) {
        Map<TopicPartition, Owner> now = new HashMap<>();
        List<TopicPartition> targets = new ArrayList<>();
        Set<TopicPartition> wanted = new HashSet<>();
        for (Member member : group.members().values()) {
            member.owned()
                    .forEach((partition, grant) -> assertThat(now.put(partition, new Owner(member.id(), grant)))
                            .as("one owner of %s", partition)
                            .isNull());
            targets.addAll(member.target());
            world.partitions().stream()
                    .filter(partition -> member.subscription().concerns(partition.topic()))
                    .forEach(wanted::add);
        }
        assertThat(targets).doesNotHaveDuplicates();
        assertThat(Set.copyOf(targets)).as("all is shared out").isEqualTo(wanted);
        assertThat(now.keySet()).as("all has an owner").containsAll(wanted);
        now.forEach((partition, owner) -> checkHandOver(group, partition, owner));
        owners = now;
        checkOwed(group);
        if (reset == AutoOffsetReset.LATEST) {
            now.keySet()
                    .forEach(partition ->
                            began.putIfAbsent(partition, committed.getOrDefault(partition, world.end(partition))));
        }
    }

    /** A partition is taken from nobody who lives, until they call or their time for that is over; and what stays is not touched. */
    private void checkHandOver(Group group, TopicPartition partition, Owner owner) {
        Owner old = owners.get(partition);
        if (old == null || !group.members().containsKey(old.member())) {
            return;
        }
        if (old.member().equals(owner.member())) {
            // In a step in which time passes it may have gone to another who died, and come back.
            assertThat(stepBegan < f.time.nanos() ? old : owner)
                    .as("%s goes on with %s undisturbed", owner.member(), partition)
                    .isEqualTo(old);
        } else {
            long since = owed.containsKey(partition) ? owed.get(partition).from() : stepBegan;
            boolean overdue = f.time.nanos() - since >= HAND_OVER.toNanos();
            assertThat(calledInStep.contains(old.member()) || overdue)
                    .as("%s lets %s go to %s by a call", old.member(), partition, owner.member())
                    .isTrue();
        }
    }

    private void checkOwed(Group group) {
        long now = f.time.nanos();
        Map<TopicPartition, Owed> owedNow = new HashMap<>();
        for (Member member : group.members().values()) {
            member.owned().keySet().stream().filter(p -> !member.keeps(p)).forEach(partition -> {
                Owed before = owed.get(partition);
                boolean same = before != null && before.member().equals(member.id());
                owedNow.put(partition, same ? before : new Owed(member.id(), stepBegan, now));
            });
        }
        owed = owedNow;
        owed.forEach((partition, since) -> assertThat(now - since.to())
                .as("how long %s keeps %s, which is another's", since.member(), partition)
                .isLessThanOrEqualTo(HAND_OVER.toNanos()));
    }
}
