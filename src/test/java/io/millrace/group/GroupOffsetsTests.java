package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GroupOffsetsTests {

    private final GroupFixture fixture = new GroupFixture();

    private GroupOffsets offsets() {
        return new GroupOffsets(fixture.log, fixture.time);
    }

    @Test
    void aGroupIsReadWithItsOffsetsAndWhetherItHasMembers() {
        fixture.topic(GroupFixture.ORDERS, 1);
        fixture.produce(0, 3);
        fixture.join("a");
        fixture.poll("a");
        fixture.commit("a");
        assertThat(offsets().read())
                .containsOnly(
                        Map.entry("billing", new GroupOffsets.Standing(Map.of(GroupFixture.orders(0), 3L), true)));
        fixture.groups.leave(GroupFixture.GROUP, "a");
        assertThat(offsets().read())
                .containsOnly(
                        Map.entry("billing", new GroupOffsets.Standing(Map.of(GroupFixture.orders(0), 3L), false)));
    }

    @Test
    void whatIsWrittenIsWhereTheGroupGoesOn() {
        fixture.topic(GroupFixture.ORDERS, 1);
        fixture.produce(0, 5);
        offsets().write(4, Map.of("billing", Map.of(GroupFixture.orders(0), 2L)));
        fixture.killAndStart();
        fixture.join("a");
        assertThat(GroupFixture.places(fixture.poll("a"))).containsExactly("0:2", "0:3", "0:4");
    }

    @Test
    void aGroupWithMembersIsLeftAlone() {
        fixture.topic(GroupFixture.ORDERS, 1);
        fixture.join("a");
        assertThatThrownBy(() -> offsets().write(4, Map.of("billing", Map.of(GroupFixture.orders(0), 2L))))
                .isInstanceOf(GroupException.GroupNotEmpty.class);
    }
}
