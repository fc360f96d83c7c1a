package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class GroupCommitTests {

    @Test
    void thoseWhoComeDuringAForceShareTheNextOne() throws InterruptedException {
        AtomicInteger forces = new AtomicInteger();
        CountDownLatch firstRuns = new CountDownLatch(1);
        Semaphore go = new Semaphore(0);
        GroupCommit commit = new GroupCommit(() -> {
            forces.incrementAndGet();
            firstRuns.countDown();
            go.acquireUninterruptibly();
        });
        List<Thread> threads = new ArrayList<>();
        threads.add(Thread.ofPlatform().start(commit::await));
        firstRuns.await();
        for (int i = 0; i < 20; i++) {
            threads.add(Thread.ofPlatform().start(commit::await));
        }
        for (Thread thread : threads.subList(1, threads.size())) {
            while (thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
        go.release(100);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(forces).hasValue(2);
    }

    @Test
    void aFailureReachesThoseItConcernsAndNotTheNext() {
        AtomicInteger forces = new AtomicInteger();
        GroupCommit commit = new GroupCommit(() -> {
            if (forces.incrementAndGet() == 1) {
                throw new IllegalStateException("broken");
            }
        });
        assertThatThrownBy(commit::await)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        commit.await();
        assertThat(forces).hasValue(2);
    }
}
