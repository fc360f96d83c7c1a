package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncEvent;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Who ends a request of which the container and another thread both think that it is over. */
class AsyncAnswerTests {

    private final AtomicInteger completed = new AtomicInteger();
    private final AtomicInteger dispatched = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private MockAsyncContext container;
    private AsyncAnswer answer;

    @BeforeEach
    void begin() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        container = new MockAsyncContext(request, new MockHttpServletResponse()) {
            @Override
            public void complete() {
                completed.incrementAndGet();
            }

            @Override
            public void dispatch() {
                dispatched.incrementAndGet();
            }
        };
        answer = AsyncAnswer.begin(
                new MockHttpServletRequest() {
                    @Override
                    public MockAsyncContext startAsync() {
                        return container;
                    }
                },
                ended::incrementAndGet);
    }

    @Test
    void anAnswerIsCompletedOnce() {
        answer.complete();
        answer.complete();
        assertThat(completed).hasValue(1);
        assertThat(container.getTimeout()).isZero();
    }

    @Test
    void whatTheContainerHasEndedIsNotEndedAgain() {
        answer.onComplete(new AsyncEvent(container));
        answer.complete();
        assertThat(completed).hasValue(0);
        assertThat(ended).hasValue(1);
    }

    @Test
    void whatTheContainerIsAboutToEndAfterAnErrorIsLeftToIt() {
        answer.onError(new AsyncEvent(container));
        answer.complete();
        answer.dispatch();
        assertThat(completed).hasValue(0);
        assertThat(dispatched).hasValue(0);
    }

    @Test
    void whatWentItsUsualWayIsNotCompleted() {
        answer.dispatch();
        answer.complete();
        assertThat(dispatched).hasValue(1);
        assertThat(completed).hasValue(0);
    }

    @Test
    void theContainerDoesNotEndARequestThatIsBeingWrittenTo() throws InterruptedException {
        CountDownLatch writes = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        Thread writer = Thread.ofPlatform()
                .start(() -> answer.write(() -> {
                    writes.countDown();
                    awaitUninterrupted(written);
                }));
        writes.await();
        Thread ending = Thread.ofPlatform().start(() -> answer.onError(new AsyncEvent(container)));
        HttpTests.await(() -> ending.getState() == Thread.State.BLOCKED);
        assertThat(ended).hasValue(0);
        written.countDown();
        writer.join();
        ending.join();
        assertThat(ended).hasValue(1);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
