package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.GroupFixture.ORDERS;
import static io.millrace.group.GroupFixture.orders;
import static io.millrace.group.GroupFixture.places;
import static io.millrace.group.GroupFixture.subscription;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Position;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a partition goes from one member to another: when the old owner calls, and no later than its rebalance timeout. */
class HandOverTests {

    private final GroupFixture f = new GroupFixture();

    @BeforeEach
    void createTopic() {
        f.topic(ORDERS, 2);
    }

    /** Joins one that need not call for an hour, and then has so long to let go. */
    private void joinSilent(String consumer, Duration rebalanceTimeout) {
        Subscription s = subscription();
        ConsumerView _ = f.groups.subscribe(
                GROUP,
                consumer,
                new Subscription(
                        s.topics(),
                        null,
                        s.autoOffsetReset(),
                        Duration.ofHours(1),
                        rebalanceTimeout,
                        s.assignor(),
                        false));
    }

    @Test
    void aPartitionMovesWithTheOldOwnersNextCall() {
        f.join("a");
        f.join("b");
        assertThat(f.assignment("a")).hasSize(1);
        assertThat(f.assignment("b")).isEmpty();
        assertThat(f.groups.group(GROUP).state()).isEqualTo(GroupState.REBALANCING);
        f.groups.heartbeat(GROUP, "a");
        assertThat(f.assignment("b")).hasSize(1).doesNotContainAnyElementsOf(f.assignment("a"));
        assertThat(f.groups.group(GROUP).state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void theOldOwnerMayCommitWhatItHoldsBeforeThePartitionMoves() {
        f.produce(0, 3);
        f.produce(1, 3);
        f.join("a");
        f.poll("a");
        f.join("b");
        assertThat(f.commit("a")).containsExactly(new Position(orders(0), 3), new Position(orders(1), 3));
        assertThat(f.assignment("b")).hasSize(1);
        assertThat(places(f.poll("b"))).isEmpty();
    }

    @Test
    void whatTheOldOwnerDidNotCommitGoesToTheNewOne() {
        f.produce(0, 1);
        f.produce(1, 1);
        f.join("a");
        f.poll("a");
        f.join("b");
        f.poll("a");
        TopicPartition moved = f.assignment("b").getFirst();
        assertThat(places(f.poll("b"))).containsExactly(moved.partition() + ":0");
    }

    @Test
    void aSilentOldOwnerLosesThePartitionAfterItsRebalanceTimeout() {
        joinSilent("a", Duration.ofSeconds(10));
        f.join("b");
        f.time.advance(Duration.ofSeconds(9));
        f.groups.heartbeat(GROUP, "b");
        assertThat(f.assignment("b")).isEmpty();
        f.time.advance(Duration.ofSeconds(2));
        assertThat(f.assignment("b")).hasSize(1);
    }

    @Test
    void whatOthersHandOverAndWhoElseComesGivesTheSilentNoMoreTime() {
        f.log.alterTopic(ORDERS, 6, f.log.topic(ORDERS).orElseThrow().settings());
        joinSilent("a", Duration.ofSeconds(10));
        joinSilent("b", Duration.ofHours(1));
        f.groups.heartbeat(GROUP, "a");
        f.join("c");
        f.time.advance(Duration.ofSeconds(6));
        f.groups.heartbeat(GROUP, "b");
        f.join("d");
        f.time.advance(Duration.ofSeconds(5));
        int has = f.groups
                .registry()
                .look(GROUP, group -> group.member("a").owned().size());
        assertThat(has).isEqualTo(2);
    }

    @Test
    void whoLeavesHandsOverAtOnce() {
        f.join("a");
        f.join("b");
        f.groups.leave(GROUP, "a");
        assertThat(f.assignment("b")).containsExactly(orders(0), orders(1));
        assertThatThrownBy(() -> f.poll("a")).isInstanceOf(GroupException.ConsumerNotFound.class);
    }
}
