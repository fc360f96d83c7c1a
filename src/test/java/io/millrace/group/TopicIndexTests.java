package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.GroupFixture.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which groups hear of a topic; seen through the groups, which note it. */
class TopicIndexTests {

    private final GroupFixture f = new GroupFixture();

    @BeforeEach
    void topic() {
        f.topic(ORDERS, 1);
        f.join("a");
    }

    @Test
    void aGroupThatIsForgottenIsNotAskedAnyMore() {
        f.groups.leave(GROUP, "a");
        assertThat(f.groups.registry().ofTopic(ORDERS)).containsExactly(GROUP);
        f.time.advance(Duration.ofDays(8));
        assertThat(f.groups.registry().ofTopic(ORDERS)).isEmpty();
    }

    @Test
    void aGroupThatComesBackIsAskedAgain() {
        f.groups.leave(GROUP, "a");
        f.time.advance(Duration.ofDays(8));
        f.join("b");
        assertThat(f.groups.registry().ofTopic(ORDERS)).containsExactly(GROUP);
    }

    @Test
    void aGroupIsAskedAfterARestart() {
        f.killAndStart();
        assertThat(f.groups.registry().ofTopic(ORDERS)).containsExactly(GROUP);
    }
}
