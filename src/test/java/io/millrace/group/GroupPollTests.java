package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.GroupFixture.ORDERS;
import static io.millrace.group.GroupFixture.orders;
import static io.millrace.group.GroupFixture.places;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.consume.TooManyWaitingPolls;
import io.millrace.log.Position;
import io.millrace.log.TopicSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupPollTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final GroupFixture f = new GroupFixture();

    @BeforeEach
    void createTopic() {
        f.topic(ORDERS, 2);
    }

    @Test
    void theFirstPollAfterSubscribingBringsWhatThereIs() {
        f.produce(0, 2);
        f.join("a");
        assertThat(places(f.poll("a"))).containsExactly("0:0", "0:1");
    }

    @Test
    void eachPollGoesOnWhereTheLastOneEnded() {
        f.produce(0, 5);
        f.join("a");
        assertThat(places(f.poll("a", 3, null))).containsExactly("0:0", "0:1", "0:2");
        assertThat(places(f.poll("a", 3, null))).containsExactly("0:3", "0:4");
        assertThat(places(f.poll("a", 3, null))).isEmpty();
    }

    @Test
    void pollsBeginWithAnotherPartitionEachTime() {
        f.produce(0, 10);
        f.produce(1, 10);
        f.join("a");
        assertThat(places(f.poll("a", 2, null))).containsExactly("0:0", "0:1");
        assertThat(places(f.poll("a", 2, null))).containsExactly("1:0", "1:1");
    }

    @Test
    void anAnswerThatCouldNotBeWrittenIsGivenAgain() {
        f.produce(0, 2);
        f.join("a");
        f.begin("a", Duration.ZERO).tryNow(Duration.ZERO).giveBack();
        assertThat(f.commit("a")).isEmpty();
        assertThat(places(f.poll("a"))).containsExactly("0:0", "0:1");
    }

    @Test
    void aPollThatWaitsIsAnsweredByTheNextMessage() {
        f.join("a");
        GroupFixture.Waiter waiter = f.wait("a", LONG);
        assertThat(waiter.answer).isNull();
        f.produce(1, 1);
        assertThat(places(waiter.answer)).containsExactly("1:0");
        assertThat(f.waiting.count()).isZero();
    }

    @Test
    void aPollThatWaitsIsAnsweredEmptyWhenItsTimeIsOver() {
        f.join("a");
        GroupFixture.Waiter waiter = f.wait("a", LONG);
        f.time.advance(LONG);
        assertThat(places(waiter.answer)).isEmpty();
        assertThat(waiter.answer.assignment().partitions()).hasSize(2);
    }

    @Test
    void aCancelledPollTakesNothing() {
        f.join("a");
        GroupPoll poll = f.begin("a", LONG);
        GroupFixture.Waiter waiter = new GroupFixture.Waiter();
        assertThat(poll.tryNow(Duration.ZERO)).isNull();
        poll.await(waiter);
        poll.cancel();
        f.produce(0, 1);
        assertThat(waiter.answer).isNull();
        assertThat(places(f.poll("a"))).containsExactly("0:0");
    }

    @Test
    void aNewerPollEndsTheOneThatStillWaits() {
        f.join("a");
        GroupFixture.Waiter older = f.wait("a", LONG);
        GroupFixture.Waiter newer = f.wait("a", LONG);
        assertThat(places(older.answer)).isEmpty();
        f.produce(0, 1);
        assertThat(places(newer.answer)).containsExactly("0:0");
    }

    @Test
    void aWaitingPollOfTheNewOwnerIsWokenByTheHandOver() {
        f.produce(0, 1);
        f.produce(1, 1);
        f.join("a");
        f.poll("a");
        f.join("b");
        GroupFixture.Waiter waiter = f.wait("b", LONG);
        assertThat(waiter.answer).isNull();
        f.poll("a");
        assertThat(places(waiter.answer)).hasSize(1);
    }

    @Test
    void aWaitingPollOfTheOldOwnerIsAnsweredAtOnceAndMayStillCommitAfterIt() {
        f.produce(0, 1);
        f.produce(1, 1);
        f.join("a");
        f.poll("a");
        GroupFixture.Waiter waiter = f.wait("a", LONG);
        f.join("b");
        assertThat(waiter.answer.assignment().generation()).isEqualTo(2);
        assertThat(waiter.answer.assignment().partitions()).hasSize(1);
        waiter.answer.confirm();
        assertThat(f.assignment("b")).isEmpty();
        assertThat(f.commit("a")).hasSize(2);
        assertThat(f.assignment("b")).hasSize(1);
        assertThat(places(f.poll("b"))).isEmpty();
    }

    @Test
    void aPollThatWaitsAlsoWaitsInPartitionsThatAreNew() {
        f.join("a");
        GroupFixture.Waiter waiter = f.wait("a", LONG);
        f.log.alterTopic(ORDERS, 3, TopicSettings.DEFAULTS);
        assertThat(f.assignment("a")).containsExactly(orders(0), orders(1), orders(2));
        assertThat(waiter.answer).isNull();
        f.produce(2, 1);
        assertThat(places(waiter.answer)).containsExactly("2:0");
        assertThat(waiter.answer.assignment().partitions()).hasSize(3);
    }

    @Test
    void aPollGoesOnBehindWhatWasTrimmed() {
        f.produce(0, 4);
        f.join("a");
        f.poll("a", 1, null);
        f.log.trim(orders(0), 3);
        assertThat(places(f.poll("a"))).containsExactly("0:3");
    }

    @Test
    void aPollOfAMemberThatLeavesMeanwhileIsRefused() {
        f.join("a");
        GroupFixture.Waiter waiter = f.wait("a", LONG);
        f.groups.leave(GROUP, "a");
        assertThat(waiter.failure).isInstanceOf(GroupException.ConsumerNotFound.class);
    }

    @Test
    void shutdownAnswersAllWhoWait() {
        f.join("a");
        GroupFixture.Waiter waiter = f.wait("a", LONG);
        f.waiting.endAll();
        assertThat(places(waiter.answer)).isEmpty();
        assertThat(f.wait("a", LONG).answer).isNotNull();
    }

    @Test
    void afterAnEndPollsMayBeginToWaitAgain() {
        f.join("a");
        f.waiting.endAll();
        f.waiting.begin();
        GroupFixture.Waiter waiter = f.wait("a", LONG);
        assertThat(waiter.answer).isNull();
        f.produce(0, 1);
        assertThat(places(waiter.answer)).containsExactly("0:0");
    }

    @Test
    void onlySoManyPollsMayWait() {
        f.join("a");
        f.waiting = new io.millrace.consume.WaitingPolls(0);
        f.polls = new GroupPolls(
                f.groups, new io.millrace.consume.LongPoll.Waiting(f.log, f.time, f.time, Runnable::run, f.waiting));
        assertThatThrownBy(() -> f.wait("a", LONG))
                .isInstanceOf(TooManyWaitingPolls.class)
                .hasMessageContaining("millrace.limits.max-waiting-polls");
    }

    @Test
    void aCursorGoesOnRightAfterItsAnswerHoweverOftenItIsUsed() {
        f.produce(0, 9);
        f.join("a");
        String cursor = f.poll("a", 3, null).cursor();
        assertThat(places(f.poll("a", 3, cursor))).containsExactly("0:3", "0:4", "0:5");
        assertThat(places(f.poll("a", 3, cursor))).containsExactly("0:3", "0:4", "0:5");
        f.killAndStart();
        assertThat(places(f.poll("a", 3, cursor))).containsExactly("0:3", "0:4", "0:5");
        assertThat(f.commit("a")).containsExactly(new Position(orders(0), 6));
    }

    @Test
    void aCursorAlsoGivesAgainWhatALostAnswerBroughtFromOtherPartitions() {
        f.produce(0, 2);
        f.produce(1, 2);
        f.join("a");
        Delivery first = f.poll("a", 2, null);
        String cursor = first.cursor();
        List<String> lost = places(f.poll("a", 2, cursor));
        assertThat(lost).hasSize(2).doesNotContainAnyElementsOf(places(first));
        assertThat(places(f.poll("a", 2, cursor))).isEqualTo(lost);
    }

    @Test
    void theSameCursorBeginsWithTheSamePartition() {
        f.produce(0, 20);
        f.produce(1, 20);
        f.join("a");
        String cursor = f.poll("a", 2, null).cursor();
        for (int i = 0; i < 10; i++) {
            Delivery answer = f.poll("a", 2, cursor);
            assertThat(places(f.poll("a", 2, cursor))).isEqualTo(places(answer));
            cursor = answer.cursor();
        }
    }

    @Test
    void pollsWithCursorsReachEveryPartition() {
        for (int p = 0; p < 2; p++) {
            f.produce(p, 100);
        }
        String cursor = f.join("a").cursor();
        Set<String> partitions = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Delivery answer = f.poll("a", 1, cursor);
            partitions.add(places(answer).getFirst().substring(0, 1));
            cursor = answer.cursor();
        }
        assertThat(partitions).containsExactly("0", "1");
    }

    @Test
    void theCursorOfTheSubscriptionBringsWhatIsNotCommitted() {
        f.produce(0, 4);
        String begin = f.join("a").cursor();
        f.poll("a", 2, begin);
        assertThat(places(f.poll("a", 2, begin))).containsExactly("0:0", "0:1");
        f.commit("a");
        f.poll("a", 1, null);
        assertThat(places(f.poll("a", 2, begin))).containsExactly("0:2", "0:3");
    }

    @Test
    void anAnswerThatIsGivenBackLateUndoesNoPlaceThatTheClientHasChosenSince() {
        f.produce(0, 4);
        String begin = f.join("a").cursor();
        Delivery late = f.begin("a", Duration.ZERO).tryNow(Duration.ZERO);
        f.poll("a", 2, begin);
        late.giveBack();
        assertThat(f.commit("a")).containsExactly(new Position(orders(0), 2));
    }

    @Test
    void aStaticMemberThatTakesItsPlaceBackGetsWhatItHadNotCommitted() {
        f.produce(0, 4);
        f.groups.subscribe(GROUP, "a", GroupFixture.instance("till-7"));
        f.poll("a", 2, null);
        f.commit("a");
        f.poll("a", 1, null);
        f.groups.subscribe(GROUP, "a", GroupFixture.instance("till-7"));
        assertThat(places(f.poll("a"))).containsExactly("0:2", "0:3");
    }

    @Test
    void autoCommitCommitsWithAPollWhatTheOneBeforeItDelivered() {
        f.produce(0, 4);
        f.groups.subscribe(GROUP, "a", GroupFixture.autoCommit());
        f.poll("a", 3, null);
        assertThat(f.groups.offsets(GROUP).getFirst().committed()).isNull();
        f.poll("a", 3, null);
        assertThat(f.groups.offsets(GROUP).getFirst().committed()).isEqualTo(3);
    }

    @Test
    void latestBeginsWhereTheEndWasWhenThePartitionWasGiven() {
        f.produce(0, 3);
        f.groups.subscribe(GROUP, "a", GroupFixture.with(AutoOffsetReset.LATEST));
        f.produce(0, 2);
        assertThat(places(f.poll("a"))).containsExactly("0:3", "0:4");
    }

    @Test
    void latestSkipsNothingAcrossARestart() {
        f.produce(0, 3);
        f.groups.subscribe(GROUP, "a", GroupFixture.with(AutoOffsetReset.LATEST));
        f.produce(0, 1);
        f.killAndStart();
        f.produce(0, 1);
        assertThat(places(f.poll("a"))).containsExactly("0:3", "0:4");
    }

    @Test
    void noneAsksForAnOffset() {
        f.produce(0, 1);
        f.groups.subscribe(GROUP, "a", GroupFixture.with(AutoOffsetReset.NONE));
        assertThatThrownBy(() -> f.poll("a"))
                .isInstanceOf(GroupException.NoOffset.class)
                .hasMessageContaining("partition 0");
        f.groups.commit(
                GROUP, "a", new CommitRequest.Offsets(List.of(new Position(orders(0), 0), new Position(orders(1), 0))));
        assertThat(places(f.poll("a"))).containsExactly("0:0");
    }

    @Test
    void afterAKillAMemberGoesOnWhereItCommitted() {
        f.produce(0, 4);
        f.join("a");
        f.poll("a", 2, null);
        f.commit("a");
        f.poll("a", 1, null);
        f.killAndStart();
        assertThat(f.assignment("a")).hasSize(2);
        assertThat(places(f.poll("a"))).containsExactly("0:2", "0:3");
    }

    @Test
    void afterAKillACommitOfAllThatWasDeliveredIsRefusedUntilTheNextPoll() {
        f.produce(0, 2);
        f.join("a");
        String cursor = f.poll("a").cursor();
        f.killAndStart();
        assertThatThrownBy(() -> f.commit("a")).isInstanceOf(GroupException.DeliveryUnknown.class);
        assertThat(f.groups.commit(GROUP, "a", new CommitRequest.UpTo(cursor)).places())
                .containsExactly(new Position(orders(0), 2));
        f.poll("a");
        assertThat(f.commit("a")).isEmpty();
    }

    @Test
    void aHandOverUnderWayGoesOnAfterAKill() {
        f.join("a");
        f.join("b");
        f.killAndStart();
        assertThat(f.assignment("b")).isEmpty();
        f.groups.heartbeat(GROUP, "a");
        assertThat(f.assignment("b")).hasSize(1);
    }
}
