package io.millrace.group;

import static io.millrace.group.GroupFixture.GROUP;
import static io.millrace.group.GroupFixture.ORDERS;
import static io.millrace.group.GroupFixture.places;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.consume.LongPoll;
import io.millrace.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Polls that hold their thread for a moment before they wait without one. */
class HeldPollTests {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final GroupFixture f = new GroupFixture();

    @BeforeEach
    void oneMember() {
        f.polls = new GroupPolls(
                f.groups,
                new LongPoll.Waiting(
                        f.log,
                        Time.system(),
                        f.time,
                        task -> {
                            throw new AssertionError("Another thread is asked for");
                        },
                        f.waiting));
        f.topic(ORDERS, 1);
        f.join("a");
    }

    /** Begins a poll on a thread of its own, and returns when that is held. */
    private CompletableFuture<Delivery> hold() {
        CompletableFuture<Delivery> answer = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                answer.complete(f.begin("a", LONG).tryNow(LONG));
            } catch (RuntimeException failure) {
                answer.completeExceptionally(failure);
            }
        });
        while (thread.getState() != Thread.State.TIMED_WAITING && !answer.isDone()) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(answer).isNotDone();
        return answer;
    }

    @Test
    void anAppendIsAnsweredWithByTheThreadThatIsHeld() {
        CompletableFuture<Delivery> held = hold();
        f.produce(0, 1);
        assertThat(places(held.join())).containsExactly("0:0");
    }

    @Test
    void whatBecomesOfTheMemberEndsIt() {
        CompletableFuture<Delivery> held = hold();
        f.groups.leave(GROUP, "a");
        assertThatThrownBy(held::join).hasCauseInstanceOf(GroupException.ConsumerNotFound.class);
    }

    @Test
    void aNewerPollOfTheMemberHasItAnswerWithNothing() {
        CompletableFuture<Delivery> held = hold();
        f.begin("a", Duration.ZERO);
        assertThat(places(held.join())).isEmpty();
    }

    @Test
    void itIsNotHeldForLongerThanItMayWait() {
        Delivery answer = f.begin("a", Duration.ofMillis(5)).tryNow(LONG);
        assertThat(places(answer)).isEmpty();
    }

    @Test
    void afterItsMomentItMayWaitWithoutAThread() {
        f.polls =
                new GroupPolls(f.groups, new LongPoll.Waiting(f.log, Time.system(), f.time, Runnable::run, f.waiting));
        GroupPoll poll = f.begin("a", LONG);
        assertThat(poll.tryNow(Duration.ofMillis(5))).isNull();
        GroupFixture.Waiter waiter = new GroupFixture.Waiter();
        poll.await(waiter);
        assertThat(waiter.answer).isNull();
        f.produce(0, 1);
        assertThat(places(waiter.answer)).containsExactly("0:0");
    }
}
