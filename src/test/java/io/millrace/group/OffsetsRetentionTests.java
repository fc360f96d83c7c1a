package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.GroupFixture.ORDERS;
import static io.millrace.group.GroupFixture.places;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.OutsideOffsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups that nobody uses are forgotten after a while, here seven days (KIP-211). */
class OffsetsRetentionTests {

    private final GroupFixture f = new GroupFixture();

    @BeforeEach
    void readAndCommitted() {
        f.topic(ORDERS, 1);
        f.produce(0, 4);
        f.join("a");
        f.poll("a", 2, null);
        f.commit("a");
    }

    private void days(int days) {
        f.time.advance(Duration.ofDays(days));
    }

    private boolean isThere() {
        return f.groups.groups().stream().anyMatch(group -> group.group().equals(GROUP));
    }

    @Test
    void anEmptyGroupIsForgottenWithWhatItCommitted() {
        f.groups.leave(GROUP, "a");
        days(6);
        assertThat(isThere()).isTrue();
        days(2);
        assertThat(isThere()).isFalse();
        assertThatThrownBy(() -> f.groups.offsets(GROUP)).isInstanceOf(GroupException.GroupNotFound.class);
        f.join("a");
        assertThat(places(f.poll("a"))).containsExactly("0:0", "0:1", "0:2", "0:3");
    }

    @Test
    void aGroupThatSomebodyReadsInIsNotHoweverSeldomItCommits() {
        for (int day = 0; day < 30; day++) {
            for (int call = 0; call < 24 * 120; call++) {
                f.time.advance(Duration.ofSeconds(30));
                f.groups.heartbeat(GROUP, "a");
            }
        }
        f.groups.leave(GROUP, "a");
        days(6);
        f.join("a");
        assertThat(places(f.poll("a"))).containsExactly("0:2", "0:3");
    }

    @Test
    void theTimeBeginsAnewWithEachUse() {
        f.groups.leave(GROUP, "a");
        days(5);
        f.join("b");
        f.groups.leave(GROUP, "b");
        days(5);
        assertThat(isThere()).isTrue();
        new GroupAdmin(f.groups, f.log, OutsideOffsets.NONE)
                .reset(GROUP, List.of(new PlaceRequest(ORDERS, 0, new Place.At(1))), false);
        days(5);
        assertThat(isThere()).isTrue();
        days(3);
        assertThat(isThere()).isFalse();
    }

    @Test
    void theTimeGoesOnOverARestart() {
        f.groups.leave(GROUP, "a");
        days(5);
        f.killAndStart();
        days(1);
        assertThat(isThere()).isTrue();
        days(2);
        assertThat(isThere()).isFalse();
        f.killAndStart();
        assertThat(isThere()).isFalse();
    }

    @Test
    void aGroupOfWhichOnlyOffsetsWereEverSetIsForgottenToo() {
        GroupName other = new GroupName("other");
        new GroupAdmin(f.groups, f.log, OutsideOffsets.NONE)
                .reset(other, List.of(new PlaceRequest(ORDERS, 0, new Place.At(1))), false);
        days(8);
        assertThatThrownBy(() -> f.groups.group(other)).isInstanceOf(GroupException.GroupNotFound.class);
    }
}
