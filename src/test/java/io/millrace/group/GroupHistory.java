package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.HistoryWorld.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogException;
import io.millrace.log.OutsideOffsets;
import io.millrace.log.Position;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One random history of a group: what its clients, its operators and the world do, and what they are answered. */
final class GroupHistory {

    private static final int STEPS = 40;
    private static final List<String> NAMES = List.of("a", "b", "c", "d");
    private static final TopicPattern ANY_TOPIC = TopicPattern.of("orders|payments");

    private final Random random;
    private final HistoryWorld world;
    private final GroupFixture f;
    private final AutoOffsetReset reset;
    private final HistoryModel model;
    private final List<String> steps = new ArrayList<>();
    private final Map<String, GroupFixture.Waiter> waiting = new HashMap<>();
    private final Map<String, List<String>> cursors = new HashMap<>();

    GroupHistory(int seed) {
        random = new Random(seed);
        world = new HistoryWorld(random);
        f = world.f;
        reset = random.nextInt(3) == 0 ? AutoOffsetReset.LATEST : AutoOffsetReset.EARLIEST;
        model = new HistoryModel(world, reset);
        world.create(TOPICS.getFirst());
    }

    void run() {
        for (int i = 0; i < STEPS; i++) {
            step();
            model.check(waiting.keySet());
        }
        settle();
    }

    @Override
    public String toString() {
        return String.join("\n", steps);
    }

    private void step() {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        int kind = random.nextInt(35);
        steps.add(f.time.nanos() / 1_000_000 + " " + name + " step " + kind);
        model.beginStep();
        try {
            switch (kind) {
                case 0, 1, 2, 3, 4 -> produce();
                case 5 -> f.time.advance(Duration.ofSeconds(random.nextInt(70)));
                case 6, 7 -> f.time.advance(Duration.ofSeconds(random.nextInt(10)));
                case 8 -> restart();
                case 9 -> changeTopic();
                case 10 -> {
                    f.groups.leave(GROUP, name);
                    model.left(name);
                }
                case 11, 12, 13, 14 -> join(name);
                case 15 -> {
                    f.groups.heartbeat(GROUP, name);
                    model.called(name);
                }
                case 16, 17 -> pollWaiting(name);
                case 18, 19, 20, 21, 22, 23 -> poll(name, null);
                case 24 -> poll(name, anyCursor(name));
                case 25 -> seek(name);
                case 26 -> commit(name, new CommitRequest.Offsets(anyPositions(name)));
                case 27, 28 -> commitUpTo(name, anyCursor(name));
                case 29 -> setOffset();
                default -> commit(name, new CommitRequest.Delivered());
            }
        } catch (GroupException.ConsumerNotFound
                | GroupException.GroupNotFound
                | GroupException.GroupNotEmpty
                | GroupException.DeliveryUnknown
                | GroupException.StaleGeneration
                | LogException.TopicNotFound
                | LogException.OffsetOutOfRange
                | GroupException.InvalidCommit refused) {
            // What a client hears that left, died or was late.
            steps.add("  refused: " + refused.getMessage());
            model.refused(name);
        }
        takeWaiting();
    }

    private void restart() {
        world.restart();
        waiting.clear();
        model.restarted();
    }

    private void changeTopic() {
        TopicName topic = TOPICS.get(random.nextInt(TOPICS.size()));
        if (world.change(topic)) {
            model.gone(topic);
        }
        steps.add("  " + topic + " " + f.log.topic(topic).map(t -> t.partitions()));
    }

    private @Nullable TopicPartition anyPartition() {
        List<TopicPartition> all = world.partitions();
        return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
    }

    private void produce() {
        TopicPartition partition = anyPartition();
        if (partition != null) {
            world.produce(partition, 1 + random.nextInt(3));
        }
    }

    private Subscription subscription(List<TopicName> topics, @Nullable String instance, boolean autoCommit) {
        return new Subscription(
                topics,
                topics.isEmpty() ? ANY_TOPIC : null,
                instance,
                reset,
                HistoryModel.SESSION,
                HistoryModel.HAND_OVER,
                Assignor.COOPERATIVE_STICKY,
                autoCommit);
    }

    private void join(String name) {
        List<TopicName> topics = world.topics();
        boolean pattern = topics.isEmpty() || random.nextInt(3) == 0;
        String instance = random.nextInt(3) == 0 ? "till-" + name : null;
        List<TopicName> some = topics.subList(0, Math.min(topics.size(), 1 + random.nextInt(2)));
        Subscription wanted = subscription(pattern ? List.of() : some, instance, random.nextInt(4) == 0);
        try {
            f.groups.subscribe(GROUP, name, wanted);
            model.joined(name);
            steps.add("  joined " + wanted);
        } catch (GroupException.ConsumerExists alive) {
            f.groups.heartbeat(GROUP, name);
            model.called(name);
        }
    }

    private void pollWaiting(String name) {
        Map<TopicPartition, Long> toCommit = autoCommit(name, null);
        GroupFixture.Waiter waiter = f.wait(name, Duration.ofSeconds(20));
        model.called(name);
        model.autoCommitted(toCommit);
        model.pin(name);
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
        Map<TopicPartition, Long> toCommit = autoCommit(name, cursor);
        GroupPoll poll = f.polls.begin(GROUP, name, 1 + random.nextInt(4), 1 << 20, Duration.ZERO, cursor);
        model.called(name);
        model.autoCommitted(toCommit);
        if (cursor != null) {
            model.goTo(name, cursor);
        }
        Delivery delivery = poll.tryNow(Duration.ZERO);
        model.pin(name);
        takeWaiting();
        take(name, delivery);
    }

    /** What a poll commits by itself. */
    private Map<TopicPartition, Long> autoCommit(String name, @Nullable String cursor) {
        boolean auto = model.look(group -> group.members().containsKey(name)
                        && group.member(name).subscription().autoCommit())
                .orElse(false);
        CommitRequest request = cursor == null ? new CommitRequest.Delivered() : new CommitRequest.UpTo(cursor);
        return auto ? model.toCommit(name, request) : Map.of();
    }

    private @Nullable String anyCursor(String name) {
        List<String> known = cursors.getOrDefault(name, List.of());
        return known.isEmpty() ? null : known.get(random.nextInt(known.size()));
    }

    /** The client gets the answer, or the server learns that it does not. */
    private void take(String name, Delivery delivery) {
        boolean lost = random.nextInt(6) == 0;
        delivery.partitions()
                .forEach(fetched -> steps.add("  %s got %s up to %d%s"
                        .formatted(name, fetched.partition(), fetched.nextOffset(), lost ? ", lost" : "")));
        model.delivered(name, delivery, lost);
        if (lost) {
            delivery.giveBack();
        } else {
            delivery.confirm();
            cursors.computeIfAbsent(name, n -> new ArrayList<>()).add(delivery.cursor());
        }
    }

    private GroupAdmin admin() {
        return new GroupAdmin(f.groups, f.log, OutsideOffsets.NONE);
    }

    private static PlaceRequest place(TopicPartition partition, long offset) {
        return new PlaceRequest(partition.topic(), partition.partition(), new Place.At(offset));
    }

    private void seek(String name) {
        TopicPartition partition =
                model.owned(name).keySet().stream().findFirst().orElse(null);
        if (partition != null) {
            long to = random.nextLong(1 + world.end(partition));
            admin().seek(GROUP, name, List.of(place(partition, to)));
            model.called(name);
            model.sought(name, partition, to);
            steps.add("  " + name + " to " + partition + "@" + to);
        }
    }

    /** An operator sets what is committed, which is refused while somebody reads. */
    private void setOffset() {
        TopicPartition partition = anyPartition();
        if (partition != null) {
            long to = random.nextLong(1 + world.end(partition));
            admin().reset(GROUP, List.of(place(partition, to)), false);
            model.committed().put(partition, to);
            steps.add("  " + partition + " set to " + to);
        }
    }

    private List<Position> anyPositions(String name) {
        List<Position> positions = new ArrayList<>();
        model.reads(name).forEach((partition, read) -> {
            if (read.next() >= model.place(partition)) {
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
        Map<TopicPartition, Long> expected = model.toCommit(name, request);
        Map<TopicPartition, Long> owned = model.owned(name);
        Map<TopicPartition, Long> answer = new TreeMap<>();
        f.groups.commit(GROUP, name, request).places().forEach(done -> answer.put(done.partition(), done.offset()));
        model.called(name);
        steps.add("  " + name + " committed " + answer);
        assertThat(answer).as("what %s commits", name).isEqualTo(expected);
        assertThat(owned.keySet()).as("who commits has it").containsAll(answer.keySet());
        model.committed(name, answer);
    }

    /** After a bounded time without changes every partition is with a living member, and all messages get through. */
    private void settle() {
        steps.add("settles");
        model.beginStep();
        restart();
        if (f.log.topic(TOPICS.getFirst()).isEmpty()) {
            world.create(TOPICS.getFirst());
        }
        f.time.advance(HistoryModel.SESSION.plusSeconds(1));
        model.check(waiting.keySet());
        for (String name : List.of("a", "b")) {
            f.groups.subscribe(GROUP, name, subscription(List.of(), null, false));
            model.joined(name);
        }
        model.check(waiting.keySet());
        world.partitions().forEach(partition -> world.produce(partition, 1));
        for (int round = 0; round < 40 && !isThrough(); round++) {
            for (String name : List.of("a", "b")) {
                poll(name, null);
                commit(name, new CommitRequest.Delivered());
            }
            model.check(waiting.keySet());
        }
        assertThat(f.groups.group(GROUP).state()).isEqualTo(GroupState.STABLE);
        assertThat(isThrough()).as("all messages get through").isTrue();
    }

    private boolean isThrough() {
        return world.partitions().stream().allMatch(p -> model.committed().getOrDefault(p, -1L) == world.end(p));
    }
}
