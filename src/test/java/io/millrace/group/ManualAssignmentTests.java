package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.GroupFixture.ORDERS;
import static io.millrace.group.GroupFixture.orders;
import static io.millrace.group.GroupFixture.places;
import static io.millrace.group.GroupFixture.subscription;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogException;
import io.millrace.log.TopicSettings;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members that choose their partitions themselves. */
class ManualAssignmentTests {

    private final GroupFixture f = new GroupFixture();

    @BeforeEach
    void topic() {
        f.topic(ORDERS, 3);
        for (int p = 0; p < 3; p++) {
            f.produce(p, 1);
        }
    }

    private static Subscription choose(TopicPartition... partitions) {
        Subscription s = subscription();
        return new Subscription(
                List.of(),
                null,
                List.of(partitions),
                null,
                s.autoOffsetReset(),
                s.sessionTimeout(),
                s.rebalanceTimeout(),
                s.assignor(),
                false);
    }

    private void join(String consumer, TopicPartition... partitions) {
        f.groups.subscribe(GROUP, consumer, choose(partitions));
    }

    @Test
    void eachHasWhatItChoseAndNothingElseIsGivenToAnybody() {
        join("a", orders(0));
        join("b", orders(2));
        assertThat(places(f.poll("a"))).containsExactly("0:0");
        assertThat(places(f.poll("b"))).containsExactly("2:0");
        assertThat(f.assignment("a")).containsExactly(orders(0));
    }

    @Test
    void commitsCountForTheGroup() {
        join("a", orders(0), orders(1));
        f.poll("a");
        f.commit("a");
        f.groups.leave(GROUP, "a");
        join("b", orders(0), orders(2));
        assertThat(places(f.poll("b"))).containsExactly("2:0");
    }

    @Test
    void aPartitionThatAnotherHasIsRefusedUntilThatOneHasGone() {
        join("a", orders(0));
        assertThatThrownBy(() -> join("b", orders(1), orders(0)))
                .isInstanceOf(GroupException.PartitionTaken.class)
                .hasMessageContaining("Partition 0")
                .hasMessageContaining("'a'");
        f.time.advance(Duration.ofSeconds(46));
        join("b", orders(1), orders(0));
        assertThat(f.assignment("b")).containsExactly(orders(0), orders(1));
    }

    @Test
    void membersThatShareOutAndMembersThatChooseDoNotMix() {
        join("a", orders(0));
        assertThatThrownBy(() -> f.join("b")).isInstanceOf(GroupException.ManualMismatch.class);
        f.groups.leave(GROUP, "a");
        f.join("b");
        assertThatThrownBy(() -> join("a", orders(0))).isInstanceOf(GroupException.ManualMismatch.class);
    }

    @Test
    void aPartitionThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> join("a", orders(3)))
                .isInstanceOf(LogException.PartitionNotFound.class)
                .hasMessageContaining("3 partitions");
    }

    @Test
    void aChoiceCanBeChanged() {
        join("a", orders(0));
        f.poll("a");
        f.commit("a");
        f.groups.resubscribe(GROUP, "a", before -> choose(orders(0), orders(1)));
        assertThat(places(f.poll("a"))).containsExactly("1:0");
        f.groups.resubscribe(GROUP, "a", before -> choose(orders(2)));
        assertThat(f.assignment("a")).containsExactly(orders(2));
        f.groups.resubscribe(GROUP, "a", before -> subscription());
        assertThat(f.assignment("a")).hasSize(3);
    }

    @Test
    void aTopicThatGrowsOrThatOthersMakeChangesNothing() {
        join("a", orders(0));
        int generation = f.groups.consumer(GROUP, "a").generation();
        f.log.alterTopic(ORDERS, 5, TopicSettings.DEFAULTS);
        assertThat(f.assignment("a")).containsExactly(orders(0));
        f.killAndStart();
        assertThat(f.assignment("a")).containsExactly(orders(0));
        assertThat(f.groups.consumer(GROUP, "a").generation()).isGreaterThanOrEqualTo(generation);
    }

    @Test
    void aTopicThatGoesTakesItsPartitionsAlong() {
        join("a", orders(0));
        f.log.deleteTopic(ORDERS);
        assertThat(f.assignment("a")).isEmpty();
    }

    @Test
    void itOutlastsARestart() {
        join("a", orders(1));
        f.poll("a");
        f.killAndStart();
        assertThat(f.assignment("a")).containsExactly(orders(1));
        assertThat(f.groups.consumer(GROUP, "a").subscription().partitions()).containsExactly(orders(1));
        assertThat(places(f.poll("a"))).containsExactly("1:0");
    }
}
