package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.GroupFixture.ORDERS;
import static io.millrace.group.GroupFixture.orders;
import static io.millrace.group.GroupFixture.places;
import static io.millrace.group.GroupFixture.subscription;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogException;
import io.millrace.log.OutsideOffsets;
import io.millrace.log.Position;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupCoordinatorTests {

    private final GroupFixture f = new GroupFixture();

    @BeforeEach
    void createTopic() {
        f.topic(ORDERS, 2);
    }

    private void commit(String consumer, int partition, long offset) {
        f.groups.commit(GROUP, consumer, new CommitRequest.Offsets(List.of(new Position(orders(partition), offset))));
    }

    private Long committed(int partition) {
        return f.groups.offsets(GROUP).stream()
                .filter(o -> o.partition().equals(orders(partition)))
                .findFirst()
                .orElseThrow()
                .committed();
    }

    // Subscribing

    @Test
    void theFirstMemberGetsAllPartitionsAtOnce() {
        ConsumerView view = f.join("a");
        assertThat(view.generation()).isEqualTo(1);
        assertThat(view.assignment()).containsExactly(orders(0), orders(1));
    }

    @Test
    void aMemberWithoutANameIsGivenOne() {
        ConsumerView view = f.groups.subscribe(GROUP, null, subscription());
        assertThat(view.consumer()).matches("consumer-[0-9a-f]{12}");
    }

    @Test
    void aNameThatIsTakenIsRefused() {
        f.join("a");
        assertThatThrownBy(() -> f.join("a")).isInstanceOf(GroupException.ConsumerExists.class);
    }

    @Test
    void aTopicThatIsNotThereIsRefusedAndNoGroupIsLeftBehind() {
        f.log.deleteTopic(ORDERS);
        assertThatThrownBy(() -> f.join("a")).isInstanceOf(LogException.TopicNotFound.class);
        assertThatThrownBy(() -> f.groups.group(GROUP)).isInstanceOf(GroupException.GroupNotFound.class);
    }

    @Test
    void aTopicMadeAnewAfterARestartIsNotBegunWhereTheOldOneWas() {
        f.produce(0, 3);
        f.groups.subscribe(GROUP, "a", GroupFixture.with(AutoOffsetReset.LATEST));
        f.groups.leave(GROUP, "a");
        f.killAndStart();
        f.log.deleteTopic(ORDERS);
        f.topic(ORDERS, 1);
        f.groups.subscribe(GROUP, "a", GroupFixture.with(AutoOffsetReset.LATEST));
        f.produce(0, 5);
        assertThat(places(f.poll("a"))).containsExactly("0:0", "0:1", "0:2", "0:3", "0:4");
    }

    @Test
    void membersMustAgreeOnAnAssignor() {
        f.join("a");
        Subscription s = subscription();
        Subscription range = new Subscription(
                s.topics(), null, s.autoOffsetReset(), s.sessionTimeout(), s.rebalanceTimeout(), Assignor.RANGE, false);
        assertThatThrownBy(() -> f.groups.subscribe(GROUP, "b", range))
                .isInstanceOf(GroupException.AssignorMismatch.class)
                .hasMessageContaining("cooperative-sticky");
    }

    @Test
    void limitsAreNamed() {
        f.settings = new GroupSettings(2, 1, 1, Duration.ofDays(7));
        f.killAndStart();
        f.join("a");
        assertThatThrownBy(() -> f.join("b")).hasMessageContaining("millrace.limits.max-members-per-group");
        assertThatThrownBy(() -> f.groups.subscribe(new GroupName("other"), "a", subscription()))
                .hasMessageContaining("millrace.limits.max-groups");
    }

    // Hand-over

    @Test
    void aDeadMemberLosesItsPlaceAfterItsSession() {
        f.join("a");
        f.time.advance(Duration.ofSeconds(30));
        f.join("b");
        f.time.advance(Duration.ofSeconds(16));
        assertThatThrownBy(() -> f.groups.heartbeat(GROUP, "a")).isInstanceOf(GroupException.ConsumerNotFound.class);
        assertThat(f.assignment("b")).hasSize(2);
    }

    @Test
    void eachCallKeepsAMemberAlive() {
        f.join("a");
        for (int i = 0; i < 5; i++) {
            f.time.advance(Duration.ofSeconds(40));
            f.poll("a");
        }
        assertThat(f.assignment("a")).hasSize(2);
        f.time.advance(Duration.ofSeconds(46));
        assertThat(f.groups.group(GROUP).state()).isEqualTo(GroupState.EMPTY);
    }

    @Test
    void aMemberDoesNotDieWhileItsPollWaits() {
        Subscription s = subscription();
        f.groups.subscribe(
                GROUP,
                "a",
                new Subscription(
                        s.topics(),
                        null,
                        s.autoOffsetReset(),
                        Duration.ofSeconds(5),
                        s.rebalanceTimeout(),
                        s.assignor(),
                        false));
        GroupFixture.Waiter waiter = f.wait("a", Duration.ofSeconds(30));
        f.time.advance(Duration.ofSeconds(29));
        assertThat(f.assignment("a")).hasSize(2);
        f.time.advance(Duration.ofSeconds(1));
        assertThat(waiter.answer.partitions()).allMatch(p -> p.records().isEmpty());
    }

    // Committing

    @Test
    void aCommitWithoutOffsetsIsForAllThatWasDelivered() {
        f.produce(0, 2);
        f.join("a");
        f.poll("a");
        assertThat(f.commit("a")).containsExactly(new Position(orders(0), 2));
        assertThat(committed(0)).isEqualTo(2);
        assertThat(committed(1)).isNull();
    }

    @Test
    void aCommitOfAPartitionThatIsNotTheMembersIsRefusedWhole() {
        f.produce(0, 2);
        f.produce(1, 2);
        f.join("a");
        f.join("b");
        f.groups.heartbeat(GROUP, "a");
        int own = f.assignment("a").getFirst().partition();
        assertThatThrownBy(() -> f.groups.commit(
                        GROUP,
                        "a",
                        new CommitRequest.Offsets(
                                List.of(new Position(orders(own), 1), new Position(orders(1 - own), 1)))))
                .isInstanceOf(GroupException.StaleGeneration.class)
                .hasMessageContaining("generation 2");
        assertThat(committed(own)).isNull();
    }

    @Test
    void aCommitOfWhatWasDeliveredBeforeThePartitionWasTakenAwayIsRefused() {
        f.produce(0, 1);
        f.produce(1, 1);
        f.join("a");
        f.poll("a");
        f.join("b");
        f.groups.heartbeat(GROUP, "a");
        assertThatThrownBy(() -> f.commit("a")).isInstanceOf(GroupException.StaleGeneration.class);
        f.poll("a");
        assertThat(f.commit("a")).hasSize(1);
    }

    @Test
    void anOffsetOutsideTheLogCannotBeCommitted() {
        f.produce(0, 2);
        f.join("a");
        assertThatThrownBy(() -> commit("a", 0, 3))
                .isInstanceOf(GroupException.InvalidCommit.class)
                .hasMessageContaining("from 0 to 2");
        assertThatThrownBy(() -> commit("a", 0, -1)).isInstanceOf(GroupException.InvalidCommit.class);
        assertThatThrownBy(() -> commit("a", 7, 0)).isInstanceOf(LogException.PartitionNotFound.class);
    }

    @Test
    void aCursorCommitsUpToItsAnswer() {
        f.produce(0, 10);
        f.join("a");
        Delivery first = f.poll("a", 4, null);
        f.poll("a", 4, null);
        f.groups.commit(GROUP, "a", new CommitRequest.UpTo(first.cursor()));
        assertThat(committed(0)).isEqualTo(4);
    }

    @Test
    void aCursorFromBeforeAPartitionWentAndCameBackIsFenced() {
        f.topic(new TopicName("single"), 1);
        f.produce(0, 5);
        f.join("a");
        Delivery old = f.poll("a");
        f.groups.leave(GROUP, "a");
        f.join("a");
        assertThatThrownBy(() -> f.groups.commit(GROUP, "a", new CommitRequest.UpTo(old.cursor())))
                .isInstanceOf(GroupException.StaleGeneration.class);
    }

    @Test
    void aCursorOfAnotherGroupIsRefused() {
        GroupName other = new GroupName("another");
        f.join("a");
        String cursor =
                f.groups.subscribe(other, "a", GroupFixture.subscription()).cursor();
        assertThatThrownBy(() -> f.groups.commit(GROUP, "a", new CommitRequest.UpTo(cursor)))
                .isInstanceOf(GroupException.InvalidCursor.class);
        f.groups.commit(other, "a", new CommitRequest.UpTo(cursor));
    }

    @Test
    void aTextThatIsNoCursorIsRefused() {
        f.join("a");
        for (String text : List.of("", "x", "!!", "AQ==AQ", "Agg", "AQAF")) {
            assertThatThrownBy(() -> f.groups.commit(GROUP, "a", new CommitRequest.UpTo(text)))
                    .as(text)
                    .isInstanceOf(GroupException.InvalidCursor.class);
        }
    }

    @Test
    void lagCountsFromTheCommittedOffsetOrTheLogStart() {
        f.produce(0, 5);
        f.produce(1, 3);
        f.join("a");
        f.poll("a");
        commit("a", 0, 4);
        assertThat(f.groups.offsets(GROUP)).extracting(GroupOffset::lag).containsExactly(1L, 3L);
        assertThat(f.groups.groups()).containsExactly(new GroupSummary(GROUP, GroupState.STABLE, 1, 4));
    }

    // Topics

    @Test
    void aTopicThatIsDeletedDropsOutWithItsOffsetsAndComesBackAnew() {
        f.produce(0, 3);
        f.join("a");
        f.poll("a");
        f.commit("a");
        f.log.deleteTopic(ORDERS);
        assertThat(f.assignment("a")).isEmpty();
        f.topic(ORDERS, 3);
        assertThat(f.assignment("a")).hasSize(3);
        f.produce(0, 1);
        assertThat(places(f.poll("a"))).containsExactly("0:0");
    }

    @Test
    void whatWasDeliveredOfATopicThatIsGoneHoldsUpNoCommit() {
        f.produce(0, 3);
        TopicName returns = new TopicName("returns");
        f.topic(returns, 1);
        f.groups.subscribe(GROUP, "b", subscription());
        f.groups.resubscribe(GROUP, "b", before -> pattern("orders|returns"));
        f.poll("b");
        f.log.append(new TopicPartition(returns, 0), List.of(new DraftRecord(1, null, null, List.of())))
                .await();
        f.poll("b");
        f.log.deleteTopic(returns);
        assertThat(f.commit("b")).isNotEmpty();
        assertThat(committed(0)).isEqualTo(3);
    }

    // Patterns

    private static final TopicName RETURNS = new TopicName("orders-returned");

    private static Subscription pattern(String text) {
        Subscription s = subscription();
        return new Subscription(
                List.of(),
                TopicPattern.of(text),
                null,
                s.autoOffsetReset(),
                s.sessionTimeout(),
                s.rebalanceTimeout(),
                s.assignor(),
                false);
    }

    @Test
    void aPatternIsOfTheTopicsWhoseWholeNamesItMatchesAndOfThoseThatCome() {
        f.topic(new TopicName("my-orders"), 1);
        f.groups.subscribe(GROUP, "a", pattern("orders(-.*)?"));
        assertThat(f.assignment("a")).containsExactly(orders(0), orders(1));
        f.topic(RETURNS, 1);
        assertThat(f.assignment("a")).hasSize(3).contains(new TopicPartition(RETURNS, 0));
        f.log.deleteTopic(RETURNS);
        assertThat(f.assignment("a")).containsExactly(orders(0), orders(1));
    }

    @Test
    void aPatternIsRememberedOverARestartAndFindsTopicsThatCameMeanwhile() {
        f.groups.subscribe(GROUP, "a", pattern("orders.*"));
        f.killAndStart();
        assertThat(f.assignment("a")).hasSize(2);
        f.topic(RETURNS, 1);
        assertThat(f.assignment("a")).hasSize(3);
    }

    @Test
    void aPatternThatNothingMatchesYetWaits() {
        f.groups.subscribe(GROUP, "a", pattern("payments"));
        assertThat(f.assignment("a")).isEmpty();
        f.topic(new TopicName("payments"), 2);
        assertThat(f.assignment("a")).hasSize(2);
    }

    @Test
    void topicsOfTheServerMatchNoPattern() {
        f.groups.subscribe(GROUP, "a", pattern(".*"));
        assertThat(f.assignment("a")).containsExactly(orders(0), orders(1));
    }

    @Test
    void aPatternThatIsNoneIsRefused() {
        for (String text : List.of("", "(", "a{2}", "[", "a".repeat(250))) {
            assertThatThrownBy(() -> TopicPattern.of(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    // Asking for something else

    @Test
    void aMemberThatAsksForOtherTopicsGetsThemAndKeepsItsName() {
        f.topic(RETURNS, 1);
        f.join("a");
        ConsumerView view = f.groups.resubscribe(GROUP, "a", before -> pattern("orders-.*"));
        assertThat(view.assignment()).containsExactly(new TopicPartition(RETURNS, 0));
        assertThat(view.generation()).isEqualTo(2);
    }

    @Test
    void aMemberThatAsksForTheSameIsNotRebalanced() {
        f.join("a");
        ConsumerView view = f.groups.resubscribe(GROUP, "a", before -> subscription());
        assertThat(view.generation()).isEqualTo(1);
        assertThat(view.assignment()).hasSize(2);
    }

    // By hand

    private GroupAdmin admin() {
        return new GroupAdmin(f.groups, f.log, OutsideOffsets.NONE);
    }

    @Test
    void aDeletedGroupStaysDeletedAfterARestart() {
        f.produce(0, 3);
        f.join("a");
        f.poll("a");
        f.commit("a");
        f.groups.leave(GROUP, "a");
        admin().delete(GROUP);
        f.killAndStart();
        assertThat(f.groups.groups()).isEmpty();
        assertThatThrownBy(() -> f.groups.group(GROUP)).isInstanceOf(GroupException.GroupNotFound.class);
        f.join("a");
        assertThat(places(f.poll("a"))).containsExactly("0:0", "0:1", "0:2");
    }

    @Test
    void offsetsThatWereSetSurviveARestart() {
        f.produce(0, 3);
        admin().reset(GROUP, List.of(new PlaceRequest(ORDERS, 0, new Place.At(2))), false);
        f.killAndStart();
        f.join("a");
        assertThat(places(f.poll("a"))).containsExactly("0:2");
    }
}
