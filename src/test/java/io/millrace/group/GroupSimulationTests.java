package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.GroupFixture.ORDERS;
import static io.millrace.group.GroupFixture.orders;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.Position;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random histories of a group; after each step the rules are looked at, and in the end everything must be settled. */
class GroupSimulationTests {

    private static final int PARTITIONS = 5;
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    static IntStream seeds() {
        Integer one = Integer.getInteger("seed");
        return one == null ? IntStream.range(0, 200) : IntStream.of(one);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyPartitionHasOneOwnerAndNoMessageIsSkippedOrRepeatedOnceCommitted(int seed) {
        History history = new History(seed);
        for (int step = 0; step < 80; step++) {
            history.step();
            history.check();
        }
        history.settle();
    }

    private static final class History {
        private final Random random;
        private final GroupFixture f = new GroupFixture();
        private final Map<String, GroupFixture.Waiter> waiting = new HashMap<>();
        private final Map<TopicPartition, Long> committed = new TreeMap<>();
        /** By partition, up to where messages were delivered to anybody. */
        private final Map<TopicPartition, Long> seen = new TreeMap<>();

        private History(int seed) {
            random = new Random(seed);
            f.topic(ORDERS, PARTITIONS);
        }

        private void step() {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            try {
                switch (random.nextInt(20)) {
                    case 0, 1, 2, 3 -> f.produce(random.nextInt(PARTITIONS), 1 + random.nextInt(3));
                    case 4 -> f.time.advance(Duration.ofSeconds(random.nextInt(70)));
                    case 5 -> f.time.advance(Duration.ofSeconds(random.nextInt(10)));
                    case 6 -> {
                        f.killAndStart();
                        waiting.clear();
                    }
                    case 7 -> f.groups.leave(GROUP, name);
                    case 8, 9, 10 -> join(name);
                    case 11 -> f.groups.heartbeat(GROUP, name);
                    case 12, 13 -> waiting.put(name, f.wait(name, Duration.ofSeconds(20)));
                    case 14, 15, 16 -> take(f.begin(name, Duration.ZERO).tryNow());
                    default -> commit(name);
                }
            } catch (GroupException.ConsumerNotFound
                    | GroupException.GroupNotFound
                    | GroupException.DeliveryUnknown
                    | GroupException.StaleGeneration e) {
                // What a client would hear who left, died or was late.
            }
            waiting.values().removeIf(waiter -> {
                if (waiter.answer != null) {
                    take(waiter.answer);
                }
                return waiter.answer != null || waiter.failure != null;
            });
        }

        private void join(String name) {
            try {
                f.join(name);
            } catch (GroupException.ConsumerExists alive) {
                f.groups.heartbeat(GROUP, name);
            }
        }

        private void commit(String name) {
            for (Position position : f.commit(name)) {
                Long before = committed.put(position.partition(), position.offset());
                assertThat(before == null ? 0 : before).isLessThanOrEqualTo(position.offset());
            }
        }

        /** The client gets the answer, or the server learns that it does not. */
        private void take(Delivery delivery) {
            if (random.nextInt(5) == 0) {
                delivery.giveBack();
                return;
            }
            delivery.confirm();
            for (FetchedPartition partition : delivery.partitions()) {
                if (!partition.records().isEmpty()) {
                    TopicPartition id = partition.partition();
                    long first = partition.records().getFirst().offset();
                    assertThat(first)
                            .as("nothing committed comes again")
                            .isGreaterThanOrEqualTo(committed.getOrDefault(id, 0L));
                    assertThat(first).as("nothing is skipped").isLessThanOrEqualTo(seen.getOrDefault(id, 0L));
                    seen.merge(id, partition.nextOffset(), Math::max);
                }
            }
        }

        private void check() {
            if (f.groups.groups().isEmpty()) {
                return;
            }
            f.groups.registry().look(GROUP, group -> {
                List<TopicPartition> owned = new ArrayList<>();
                List<TopicPartition> targets = new ArrayList<>();
                group.members().values().forEach(member -> {
                    owned.addAll(member.owned().keySet());
                    targets.addAll(member.target());
                });
                assertThat(owned).doesNotHaveDuplicates();
                assertThat(targets).doesNotHaveDuplicates();
                assertThat(targets).hasSize(group.members().isEmpty() ? 0 : PARTITIONS);
                assertThat(group.committed()).isEqualTo(committed);
                return true;
            });
        }

        /** After a bounded time without changes every partition is with a living member, and all messages get through. */
        private void settle() {
            f.killAndStart();
            // Whoever was a member is silent now for longer than its session.
            f.time.advance(Duration.ofSeconds(46));
            join("a");
            join("b");
            for (int p = 0; p < PARTITIONS; p++) {
                f.produce(p, 1);
            }
            for (int round = 0; round < 3; round++) {
                for (String name : List.of("a", "b")) {
                    Delivery delivery = f.begin(name, Duration.ZERO).tryNow();
                    delivery.confirm();
                    commit(name);
                }
            }
            assertThat(f.groups.group(GROUP).state()).isEqualTo(GroupState.STABLE);
            assertThat(f.groups.offsets(GROUP)).hasSize(PARTITIONS).allMatch(offset -> offset.lag() == 0);
            for (int p = 0; p < PARTITIONS; p++) {
                assertThat(committed.get(orders(p)))
                        .isEqualTo(f.log.offsets(orders(p)).highWatermark());
            }
        }
    }
}
