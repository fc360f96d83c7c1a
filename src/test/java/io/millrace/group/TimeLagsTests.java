package io.millrace.group;

import static io.millrace.group.GroupFixture.orders;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimeLagsTests {

    private final GroupFixture f = new GroupFixture();
    private final TimeLags lags = new TimeLags(f.log, f.time);

    @BeforeEach
    void aMessageASecond() {
        f.topic(GroupFixture.ORDERS, 1);
        for (int i = 0; i < 3; i++) {
            f.produce(0, 1);
            f.time.advance(Duration.ofSeconds(1));
        }
    }

    private GroupOffset committed(Long offset) {
        return new GroupOffset(orders(0), offset, f.log.offsets(orders(0)));
    }

    @Test
    void aGroupIsAsFarBehindAsTheFirstMessageIsOldThatItHasNotCommitted() {
        assertThat(lags.millis(committed(null))).isEqualTo(3000);
        assertThat(lags.millis(committed(0L))).isEqualTo(3000);
        assertThat(lags.millis(committed(2L))).isEqualTo(1000);
        assertThat(lags.millis(committed(3L))).isZero();
    }

    @Test
    void timeGoesOnWithoutAnotherRead() {
        assertThat(lags.isKnown(committed(1L))).isFalse();
        lags.millis(committed(1L));
        f.time.advance(Duration.ofSeconds(30));
        assertThat(lags.isKnown(committed(1L))).isTrue();
        assertThat(lags.millis(committed(1L))).isEqualTo(32_000);
    }

    @Test
    void aTopicThatIsMadeAnewIsNotTakenForTheOldOne() {
        lags.millis(committed(0L));
        f.log.deleteTopic(GroupFixture.ORDERS);
        f.time.advance(Duration.ofMinutes(5));
        f.topic(GroupFixture.ORDERS, 1);
        f.produce(0, 1);
        f.time.advance(Duration.ofSeconds(2));
        assertThat(lags.millis(committed(0L))).isEqualTo(2000);
    }

    @Test
    void aTopicThatIsGoneTellsNoTime() {
        GroupOffset offset = committed(0L);
        f.log.deleteTopic(GroupFixture.ORDERS);
        assertThat(lags.millis(offset)).isNull();
    }
}
