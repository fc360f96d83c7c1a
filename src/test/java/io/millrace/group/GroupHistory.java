package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.LogException;
import io.millrace.log.Position;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One random history of a group, and a plain model of what each of its members is to get next. */
final class GroupHistory {

    private static final int STEPS = 40;
    private static final List<TopicName> TOPICS = List.of(GroupFixture.ORDERS, new TopicName("payments"));
    private static final List<String> NAMES = List.of("a", "b", "c", "d");
    private static final Duration SESSION = Duration.ofSeconds(45);
    private static final Duration HAND_OVER = Duration.ofSeconds(60);
    private static final TopicSettings SAFE = TopicSettings.DEFAULTS.with(Map.of("durability", "fsync"));

    /**
     * What a member has read of a partition under a grant: all from {@code from} to before {@code next}.
     *
     * @param sought whether it asked to read there, whatever is committed
     * @param again whether it gave a cursor for that, so that what is committed may come again
     */
    private record Read(long grant, long from, long next, boolean sought, boolean again) {

        Read(long grant, long from, long next) {
            this(grant, from, next, false, false);
        }

        Read upTo(long offset) {
            return new Read(grant, from, offset, sought, again);
        }
    }

    private final Random random;
    private final GroupFixture f = new GroupFixture();
    private final AutoOffsetReset reset;
    private final List<String> steps = new ArrayList<>();
    private final Map<TopicName, Integer> incarnations = new HashMap<>();
    private final Map<String, GroupFixture.Waiter> waiting = new HashMap<>();
    private final Map<String, Map<TopicPartition, Read>> reads = new HashMap<>();
    private final Map<String, List<String>> cursors = new HashMap<>();
    private final Map<String, Long> lastCall = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new TreeMap<>();
    /** Where a group that reads only what is new began, by partition. */
    private final Map<TopicPartition, Long> began = new TreeMap<>();

    private int generation;
    private long changed;

    GroupHistory(int seed) {
        random = new Random(seed);
        reset = random.nextInt(3) == 0 ? AutoOffsetReset.LATEST : AutoOffsetReset.EARLIEST;
        create(TOPICS.getFirst());
    }

    void run() {
        for (int i = 0; i < STEPS; i++) {
            step();
            check();
        }
        settle();
    }

    @Override
    public String toString() {
        return String.join("\n", steps);
    }

    private void step() {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        int kind = random.nextInt(34);
        steps.add(f.time.nanos() / 1_000_000 + " " + name + " step " + kind);
        try {
            switch (kind) {
                case 0, 1, 2, 3, 4 -> produce();
                case 5 -> f.time.advance(Duration.ofSeconds(random.nextInt(70)));
                case 6, 7 -> f.time.advance(Duration.ofSeconds(random.nextInt(10)));
                case 8 -> restart();
                case 9 -> changeTopic();
                case 10 -> {
                    f.groups.leave(GROUP, name);
                    forget(name);
                }
                case 11, 12, 13, 14 -> join(name);
                case 15 -> {
                    f.groups.heartbeat(GROUP, name);
                    called(name);
                }
                case 16, 17 -> pollWaiting(name);
                case 18, 19, 20, 21, 22, 23 -> poll(name, null);
                case 24 -> poll(name, anyCursor(name));
                case 25 -> seek(name);
                case 26 -> commit(name, new CommitRequest.Offsets(anyPositions(name)));
                case 27, 28 -> commitUpTo(name, anyCursor(name));
                default -> commit(name, new CommitRequest.Delivered());
            }
        } catch (GroupException.ConsumerNotFound
                | GroupException.GroupNotFound
                | GroupException.DeliveryUnknown
                | GroupException.StaleGeneration
                | LogException.TopicNotFound
                | LogException.OffsetOutOfRange
                | GroupException.InvalidCommit refused) {
            // What a client hears that left, died or was late.
            steps.add("  refused: " + refused.getMessage());
            // A call that is refused is a sign of life all the same.
            lastCall.computeIfPresent(name, (n, before) -> f.time.nanos());
        }
        takeWaiting();
    }

    private void called(String name) {
        lastCall.put(name, f.time.nanos());
    }

    private void forget(String name) {
        reads.remove(name);
        lastCall.remove(name);
    }

    private void restart() {
        if (random.nextBoolean()) {
            f.time.close();
            f.disk.cutPower(random);
            f.start();
        } else {
            f.killAndStart();
        }
        waiting.clear();
        reads.clear();
        changed = f.time.nanos();
        lastCall.replaceAll((name, before) -> changed);
    }

    private void create(TopicName topic) {
        incarnations.merge(topic, 1, Integer::sum);
        f.log.createTopic(topic, 1 + random.nextInt(3), SAFE);
    }

    private void changeTopic() {
        TopicName topic = TOPICS.get(random.nextInt(TOPICS.size()));
        int partitions = f.log.topic(topic).map(t -> t.partitions()).orElse(0);
        if (partitions == 0) {
            create(topic);
        } else if (partitions < 4 && random.nextInt(3) > 0) {
            f.log.alterTopic(topic, partitions + 1, SAFE);
        } else {
            f.log.deleteTopic(topic);
            committed.keySet().removeIf(p -> p.topic().equals(topic));
            began.keySet().removeIf(p -> p.topic().equals(topic));
            reads.values().forEach(of -> of.keySet().removeIf(p -> p.topic().equals(topic)));
        }
        steps.add("  " + topic + " " + f.log.topic(topic).map(t -> t.partitions()));
    }

    private List<TopicPartition> partitions() {
        List<TopicPartition> all = new ArrayList<>();
        TOPICS.forEach(topic -> f.log.topic(topic).ifPresent(t -> {
            for (int p = 0; p < t.partitions(); p++) {
                all.add(t.partition(p));
            }
        }));
        return all;
    }

    private void produce() {
        List<TopicPartition> all = partitions();
        if (!all.isEmpty()) {
            produce(all.get(random.nextInt(all.size())), 1 + random.nextInt(3));
        }
    }

    private void produce(TopicPartition partition, int count) {
        List<DraftRecord> drafts = new ArrayList<>();
        long offset = f.log.offsets(partition).highWatermark();
        for (int i = 0; i < count; i++) {
            ByteBuffer value = ByteBuffer.wrap(value(partition, offset + i).getBytes(StandardCharsets.UTF_8));
            drafts.add(new DraftRecord(f.time.millis(), null, value, List.of()));
        }
        f.log.append(partition, drafts).await();
    }

    private String value(TopicPartition partition, long offset) {
        return "%d/%s@%d".formatted(incarnations.get(partition.topic()), partition, offset);
    }

    private void join(String name) {
        boolean pattern = random.nextInt(3) == 0;
        List<TopicName> topics =
                TOPICS.stream().filter(t -> f.log.topic(t).isPresent()).toList();
        String instance = random.nextInt(3) == 0 ? "till-" + name : null;
        Subscription wanted = new Subscription(
                pattern ? List.of() : topics.subList(0, Math.min(topics.size(), 1 + random.nextInt(2))),
                pattern ? TopicPattern.of("orders|payments") : null,
                instance,
                reset,
                SESSION,
                HAND_OVER,
                Assignor.COOPERATIVE_STICKY,
                false);
        if (!pattern && topics.isEmpty()) {
            return;
        }
        try {
            f.groups.subscribe(GROUP, name, wanted);
            // It may be a new process, which goes on from what is committed.
            reads.remove(name);
            called(name);
            steps.add("  joined " + wanted);
        } catch (GroupException.ConsumerExists alive) {
            f.groups.heartbeat(GROUP, name);
            called(name);
        }
    }

    private void pollWaiting(String name) {
        GroupFixture.Waiter waiter = f.wait(name, Duration.ofSeconds(20));
        called(name);
        pin(name);
        GroupFixture.Waiter before = waiting.put(name, waiter);
        if (before != null && before.answer != null) {
            take(name, before.answer);
        }
    }

    private void takeWaiting() {
        for (String name : List.copyOf(waiting.keySet())) {
            GroupFixture.Waiter waiter = waiting.get(name);
            if (waiter.answer != null || waiter.failure != null) {
                waiting.remove(name);
            }
            if (waiter.answer != null) {
                take(name, waiter.answer);
            }
        }
    }

    private void poll(String name, @Nullable String cursor) {
        GroupPoll poll = f.polls.begin(GROUP, name, 1 + random.nextInt(4), 1 << 20, Duration.ZERO, cursor);
        called(name);
        if (cursor != null) {
            goTo(name, cursor);
        }
        Delivery delivery = poll.tryNow();
        pin(name);
        takeWaiting();
        take(name, delivery);
    }

    /** A poll fixes where its member is in all that it has, also where the answer had no room. */
    private void pin(String name) {
        Map<TopicPartition, Read> of = reads.computeIfAbsent(name, n -> new HashMap<>());
        kept(name).forEach((partition, grant) -> {
            Read before = of.get(partition);
            if (before == null || before.grant() != grant) {
                of.put(partition, new Read(grant, place(partition), place(partition)));
            }
        });
    }

    private Map<TopicPartition, Long> kept(String name) {
        Map<TopicPartition, Long> kept = new HashMap<>(owned(name));
        kept.keySet()
                .removeIf(partition ->
                        !look(group -> group.member(name).keeps(partition)).orElse(false));
        return kept;
    }

    private void goTo(String name, String cursor) {
        Map<TopicPartition, Read> of = reads.computeIfAbsent(name, n -> new HashMap<>());
        Map<TopicPartition, Read> held = new HashMap<>();
        Map<TopicPartition, Long> owned = owned(name);
        for (Cursor.Entry entry : Cursor.parse(cursor).entries()) {
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

    private long place(TopicPartition partition) {
        return committed.getOrDefault(partition, began.getOrDefault(partition, 0L));
    }

    private @Nullable String anyCursor(String name) {
        List<String> known = cursors.getOrDefault(name, List.of());
        return known.isEmpty() ? null : known.get(random.nextInt(known.size()));
    }

    /** The client gets the answer, or the server learns that it does not. */
    private void take(String name, Delivery delivery) {
        Map<TopicPartition, Long> owned = owned(name);
        Map<TopicPartition, Read> of = reads.computeIfAbsent(name, n -> new HashMap<>());
        boolean back = random.nextInt(6) == 0;
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
                        .isEqualTo(value(partition, expected));
                expected++;
            }
            steps.add("  %s got %s %d..%d%s".formatted(name, partition, next, expected, back ? ", lost" : ""));
            if (!back) {
                of.put(partition, (same ? before : new Read(grant, next, next)).upTo(expected));
            }
        }
        if (back) {
            delivery.giveBack();
        } else {
            delivery.confirm();
            cursors.computeIfAbsent(name, n -> new ArrayList<>()).add(delivery.cursor());
        }
        called(name);
    }

    private void seek(String name) {
        for (TopicPartition partition : owned(name).keySet()) {
            long to = random.nextLong(1 + f.log.offsets(partition).highWatermark());
            new GroupAdmin(f.groups, f.log, io.millrace.log.OutsideOffsets.NONE)
                    .seek(
                            GROUP,
                            name,
                            List.of(new PlaceRequest(partition.topic(), partition.partition(), new Place.At(to))));
            called(name);
            reads.computeIfAbsent(name, n -> new HashMap<>())
                    .put(partition, new Read(owned(name).get(partition), to, to, true, false));
            steps.add("  " + name + " to " + partition + "@" + to);
            return;
        }
    }

    private List<Position> anyPositions(String name) {
        List<Position> positions = new ArrayList<>();
        reads.getOrDefault(name, Map.of()).forEach((partition, read) -> {
            if (read.next() >= place(partition)) {
                positions.add(new Position(partition, read.next()));
            }
        });
        return positions;
    }

    private void commitUpTo(String name, @Nullable String cursor) {
        if (cursor != null) {
            commit(name, new CommitRequest.UpTo(cursor));
        }
    }

    private void commit(String name, CommitRequest request) {
        Map<TopicPartition, Long> owned = owned(name);
        Map<TopicPartition, Long> expected = new TreeMap<>();
        switch (request) {
            case CommitRequest.Delivered() ->
                reads.getOrDefault(name, Map.of()).forEach((partition, read) -> {
                    if (read.next() > read.from() && Long.valueOf(read.grant()).equals(owned.get(partition))) {
                        expected.put(partition, read.next());
                    }
                });
            case CommitRequest.Offsets(List<Position> positions) ->
                positions.forEach(position -> expected.put(position.partition(), position.offset()));
            case CommitRequest.UpTo(String cursor) ->
                Cursor.parse(cursor).entries().forEach(entry -> {
                    if (Long.valueOf(entry.grant()).equals(owned.get(entry.partition()))) {
                        expected.put(entry.partition(), entry.offset());
                    }
                });
        }
        Map<TopicPartition, Long> answer = new TreeMap<>();
        f.groups.commit(GROUP, name, request).places().forEach(done -> answer.put(done.partition(), done.offset()));
        called(name);
        steps.add("  " + name + " committed " + answer);
        assertThat(answer).as("what %s commits", name).isEqualTo(expected);
        assertThat(owned.keySet()).as("who commits has it").containsAll(answer.keySet());
        committed.putAll(answer);
        // What is committed does not come again, unless that was asked for.
        Map<TopicPartition, Read> of = reads.computeIfAbsent(name, n -> new HashMap<>());
        answer.forEach((partition, offset) -> of.computeIfPresent(
                partition,
                (p, read) -> read.sought() || read.next() >= offset ? read : new Read(read.grant(), offset, offset)));
    }

    private Map<TopicPartition, Long> owned(String name) {
        return look(group -> {
                    Member member = group.members().get(name);
                    return member == null ? Map.<TopicPartition, Long>of() : Map.copyOf(member.owned());
                })
                .orElse(Map.of());
    }

    private <T> Optional<T> look(java.util.function.Function<Group, T> look) {
        try {
            return Optional.of(f.groups.registry().look(GROUP, look));
        } catch (GroupException.GroupNotFound nobodyYet) {
            return Optional.empty();
        }
    }

    private void check() {
        Optional<Boolean> known = look(group -> {
            check(group);
            return true;
        });
        assertThat(known.isPresent() || committed.isEmpty())
                .as("a group with offsets is there")
                .isTrue();
    }

    private void check(Group group) {
        long now = f.time.nanos();
        if (group.generation() != generation) {
            generation = group.generation();
            changed = now;
        }
        waiting.keySet().forEach(this::called);
        List<TopicPartition> owned = new ArrayList<>();
        List<TopicPartition> targets = new ArrayList<>();
        Set<TopicPartition> wanted = new HashSet<>();
        for (Member member : group.members().values()) {
            owned.addAll(member.owned().keySet());
            targets.addAll(member.target());
            partitions().stream()
                    .filter(p -> member.subscription().concerns(p.topic()))
                    .forEach(wanted::add);
            assertThat(now - lastCall.get(member.id()))
                    .as("silence of %s", member.id())
                    .isLessThanOrEqualTo(SESSION.plusSeconds(1).toNanos());
            assertThat(member.owesPartitions()
                            && now - changed > HAND_OVER.plusSeconds(1).toNanos())
                    .as("%s keeps what is another's for too long", member.id())
                    .isFalse();
        }
        assertThat(owned).as("one owner each").doesNotHaveDuplicates();
        assertThat(targets).doesNotHaveDuplicates();
        assertThat(Set.copyOf(targets)).as("all is shared out").isEqualTo(wanted);
        assertThat(Set.copyOf(owned)).as("all has an owner").containsAll(wanted);
        assertThat(group.committed()).as("committed").isEqualTo(committed);
        if (reset == AutoOffsetReset.LATEST) {
            owned.forEach(p -> f.log.offsets(List.of(p))
                    .forEach((there, ends) -> began.putIfAbsent(there, place(there, ends.highWatermark()))));
        }
        waiting.keySet().stream().filter(group.members()::containsKey).forEach(this::pin);
        reads.keySet().removeIf(name -> !group.members().containsKey(name));
    }

    private long place(TopicPartition partition, long otherwise) {
        return committed.getOrDefault(partition, otherwise);
    }

    /** After a bounded time without changes every partition is with a living member, and all messages get through. */
    private void settle() {
        steps.add("settles");
        restart();
        if (f.log.topic(TOPICS.getFirst()).isEmpty()) {
            create(TOPICS.getFirst());
        }
        f.time.advance(SESSION.plusSeconds(1));
        check();
        Subscription all = new Subscription(
                List.of(),
                TopicPattern.of("orders|payments"),
                null,
                reset,
                SESSION,
                HAND_OVER,
                Assignor.COOPERATIVE_STICKY,
                false);
        for (String name : List.of("a", "b")) {
            f.groups.subscribe(GROUP, name, all);
            called(name);
        }
        check();
        partitions().forEach(partition -> produce(partition, 1));
        for (int round = 0; round < 40 && !isThrough(); round++) {
            for (String name : List.of("a", "b")) {
                poll(name, null);
                commit(name, new CommitRequest.Delivered());
            }
            check();
        }
        assertThat(f.groups.group(GROUP).state()).isEqualTo(GroupState.STABLE);
        assertThat(isThrough()).as("all messages get through").isTrue();
    }

    private boolean isThrough() {
        return partitions().stream()
                .allMatch(
                        p -> committed.getOrDefault(p, -1L) == f.log.offsets(p).highWatermark());
    }
}
