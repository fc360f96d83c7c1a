package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.GroupFixture.ORDERS;
import static io.millrace.group.GroupFixture.instance;
import static io.millrace.group.GroupFixture.orders;
import static io.millrace.group.GroupFixture.places;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Position;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that comes again under its instanceId has its place back, and the one that had it is fenced (KIP-345). */
class StaticMemberTests {

    private final GroupFixture f = new GroupFixture();

    @BeforeEach
    void topic() {
        f.topic(ORDERS, 2);
        f.produce(0, 4);
    }

    private String come() {
        return f.groups.subscribe(GROUP, null, instance("till-7")).consumer();
    }

    @Test
    void itHasItsPartitionsBackWithoutARebalance() {
        f.join("other");
        ConsumerView first = f.groups.subscribe(GROUP, null, instance("till-7"));
        f.poll("other");
        first = f.groups.consumer(GROUP, first.consumer());
        ConsumerView again = f.groups.subscribe(GROUP, null, instance("till-7"));
        assertThat(again.consumer()).isNotEqualTo(first.consumer());
        assertThat(again.generation()).isEqualTo(first.generation());
        assertThat(again.assignment()).isEqualTo(first.assignment()).hasSize(1);
        assertThat(f.groups.group(GROUP).members()).hasSize(2);
    }

    @Test
    void theOldHolderIsToldAndChangesNothing() {
        String old = come();
        f.poll(old);
        String next = come();
        assertThatThrownBy(() -> f.poll(old))
                .isInstanceOf(GroupException.Fenced.class)
                .hasMessageContaining("'till-7'")
                .hasMessageContaining(next);
        assertThatThrownBy(() -> f.commit(old)).isInstanceOf(GroupException.Fenced.class);
        assertThatThrownBy(() -> f.groups.heartbeat(GROUP, old)).isInstanceOf(GroupException.Fenced.class);
        assertThatThrownBy(() -> f.groups.leave(GROUP, old)).isInstanceOf(GroupException.Fenced.class);
        assertThat(places(f.poll(next))).containsExactly("0:0", "0:1", "0:2", "0:3");
    }

    @Test
    void itGoesOnFromWhatIsCommitted() {
        String old = come();
        f.poll(old, 2, null);
        f.commit(old);
        f.poll(old, 1, null);
        assertThat(places(f.poll(come()))).containsExactly("0:2", "0:3");
    }

    @Test
    void aPollOfTheOldHolderThatWaitsIsEnded() {
        String old = come();
        f.poll(old);
        GroupFixture.Waiter waiting = f.wait(old, Duration.ofSeconds(30));
        come();
        assertThat(waiting.failure).isInstanceOf(GroupException.Fenced.class);
    }

    @Test
    void allOldHoldersStayFencedOverARestart() {
        String first = come();
        String second = come();
        String third = come();
        f.killAndStart();
        for (String old : List.of(first, second)) {
            assertThatThrownBy(() -> f.poll(old)).isInstanceOf(GroupException.Fenced.class);
        }
        assertThat(places(f.poll(third))).hasSize(4);
        f.groups.resubscribe(GROUP, third, before -> instance("till-7"));
        f.killAndStart();
        assertThatThrownBy(() -> f.poll(first)).isInstanceOf(GroupException.Fenced.class);
    }

    @Test
    void aSuccessorThatAsksForOtherTopicsHasTheGroupSharedOutAnew() {
        String old = come();
        f.poll(old);
        Subscription s = instance("till-7");
        Subscription other = new Subscription(
                List.of(),
                TopicPattern.of("none-.*"),
                s.instanceId(),
                s.autoOffsetReset(),
                s.sessionTimeout(),
                s.rebalanceTimeout(),
                s.assignor(),
                false);
        ConsumerView again = f.groups.subscribe(GROUP, null, other);
        assertThat(again.assignment()).isEmpty();
        assertThat(f.groups.group(GROUP).members()).hasSize(1);
    }

    @Test
    void whatTheOldHolderCommittedBeforeCounts() {
        String old = come();
        f.poll(old);
        assertThat(f.commit(old)).containsExactly(new Position(orders(0), 4));
        assertThat(places(f.poll(come()))).isEmpty();
    }
}
