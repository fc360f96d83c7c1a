package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.GroupFixture.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdleMembersTests {

    private final GroupFixture f = new GroupFixture();

    @BeforeEach
    void createTopic() {
        f.topic(ORDERS, 2);
        f.produce(0, 1);
    }

    @Test
    void theFirstCallOfAllIsOfTheFirstMember() {
        assertThat(idle()).isEqualTo("c-1");
    }

    @Test
    void aMemberThatDoesNotCallIsTheNextCallersToo() {
        f.join("c-1");
        f.poll("c-1");
        assertThat(idle()).isEqualTo("c-1");
    }

    @Test
    void aMemberWhoseCallWaitsIsSomebodyElses() {
        f.join("c-1");
        f.poll("c-1");
        f.wait("c-1", Duration.ofSeconds(30));
        assertThat(idle()).isEqualTo("c-2");
    }

    @Test
    void aCallerThatHasItsAnswerBeforeTheServerKnowsIsStillTheSame() throws Exception {
        f.join("c-1");
        Delivery written = f.begin("c-1", Duration.ZERO).tryNow(Duration.ZERO);
        Thread caller = Thread.currentThread();
        CompletableFuture<Void> confirmed = CompletableFuture.runAsync(() -> {
            while (caller.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            written.confirm();
        });
        assertThat(idle()).isEqualTo("c-1");
        confirmed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void anAnswerThatTakesLongToWriteIsSomebodyElses() {
        f.join("c-1");
        Delivery slow = f.begin("c-1", Duration.ZERO).tryNow(Duration.ZERO);
        assertThat(idle()).isEqualTo("c-2");
        slow.confirm();
        assertThat(idle()).isEqualTo("c-1");
    }

    @Test
    void aMemberThatAsksForSomethingElseIsNotTheCallers() {
        f.join("c-1");
        assertThat(f.groups.idleMember(GROUP, "c-", Subscription::autoCommit)).isEqualTo("c-2");
    }

    private String idle() {
        return f.groups.idleMember(GROUP, "c-", there -> true);
    }
}
