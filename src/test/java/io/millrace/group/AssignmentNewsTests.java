package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.GroupFixture.ORDERS;
import static io.millrace.group.GroupFixture.orders;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.OutsideOffsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each answer tells a member to have got and to have lost since the answer before. */
class AssignmentNewsTests {

    private final GroupFixture f = new GroupFixture();

    @BeforeEach
    void twoPartitions() {
        f.topic(ORDERS, 2);
        f.produce(0, 4);
        f.produce(1, 4);
    }

    private Assignment heartbeat(String consumer) {
        return f.groups.heartbeat(GROUP, consumer);
    }

    private static void assertNoNews(Assignment assignment) {
        assertThat(assignment.added()).isEmpty();
        assertThat(assignment.revoked()).isEmpty();
    }

    @Test
    void theSubscriptionHasToldWhatTheMemberBeginsWith() {
        f.join("a");
        assertNoNews(heartbeat("a"));
        assertNoNews(f.poll("a").assignment());
    }

    @Test
    void whatIsToGoToAnotherIsRevokedAndThatOneIsToldItWasAdded() {
        f.join("a");
        f.join("b");
        Assignment left = heartbeat("a");
        assertThat(left.revoked()).containsExactly(orders(1));
        assertThat(left.partitions()).containsExactly(orders(0));
        assertNoNews(heartbeat("a"));
        Assignment got = f.poll("b").assignment();
        assertThat(got.added()).containsExactly(orders(1));
        assertThat(got.revoked()).isEmpty();
        assertNoNews(f.poll("b").assignment());
    }

    @Test
    void aCommitTellsIt() {
        f.join("a");
        f.poll("a");
        f.join("b");
        Placed committed = f.groups.commit(GROUP, "a", new CommitRequest.Delivered());
        assertThat(committed.places()).hasSize(2);
        assertThat(committed.assignment().revoked()).containsExactly(orders(1));
    }

    @Test
    void aSeekTellsItAndLetsGo() {
        f.join("a");
        f.join("b");
        Placed sought = new GroupAdmin(f.groups, f.log, OutsideOffsets.NONE)
                .seek(GROUP, "a", List.of(new PlaceRequest(ORDERS, 0, new Place.At(2))));
        assertThat(sought.assignment().revoked()).containsExactly(orders(1));
        assertThat(f.assignment("b")).containsExactly(orders(1));
    }

    @Test
    void aPollWhoseAnswerWasLostHasToldNothing() {
        f.join("a");
        f.join("b");
        Delivery lost = f.begin("a", Duration.ZERO).tryNow(Duration.ZERO);
        assertThat(lost.assignment().revoked()).containsExactly(orders(1));
        lost.giveBack();
        assertThat(f.poll("a").assignment().revoked()).containsExactly(orders(1));
        assertNoNews(f.poll("a").assignment());
    }

    @Test
    void whatWentAndCameBackBetweenTwoAnswersIsNoNews() {
        f.join("a");
        f.join("b");
        f.groups.leave(GROUP, "b");
        Assignment assignment = heartbeat("a");
        assertThat(assignment.generation()).isEqualTo(3);
        assertNoNews(assignment);
    }

    @Test
    void whatTheMemberHadIsTakenAsToldAfterARestart() {
        f.join("a");
        f.killAndStart();
        assertNoNews(heartbeat("a"));
        f.join("b");
        assertThat(heartbeat("a").revoked()).containsExactly(orders(1));
    }

    @Test
    void anotherSubscriptionTellsWhatTheMemberHasNow() {
        f.join("a");
        f.join("b");
        f.groups.resubscribe(GROUP, "a", before -> before);
        assertNoNews(heartbeat("a"));
    }
}
