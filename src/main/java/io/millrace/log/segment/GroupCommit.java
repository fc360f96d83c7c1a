package io.millrace.log.segment;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Lets many threads share one force. Whoever comes while a force runs joins the cycle after it; the first to join leads
 * that cycle: it waits until the running one is over and forces for all that have joined by then. So there are at most two
 * cycles at a time, and each thread is woken once.
 */
final class GroupCommit {

    /** Makes everything that was appended before the call durable. */
    private final Runnable force;

    private Cycle open = new Cycle(CompletableFuture.completedFuture(null));

    GroupCommit(Runnable force) {
        this.force = force;
    }

    /** Returns after a force that began after this call. Fails as that force failed. */
    void await() {
        Cycle cycle;
        boolean leads;
        synchronized (this) {
            cycle = open;
            leads = !cycle.hasLeader;
            cycle.hasLeader = true;
        }
        if (leads) {
            lead(cycle);
        }
        try {
            cycle.done.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    private void lead(Cycle cycle) {
        cycle.previous.exceptionally(failureOfOthers -> null).join();
        synchronized (this) {
            open = new Cycle(cycle.done);
        }
        try {
            force.run();
            cycle.done.complete(null);
        } catch (RuntimeException | Error failure) {
            cycle.done.completeExceptionally(failure);
        }
    }

    private static final class Cycle {
        private final CompletableFuture<Void> previous;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private boolean hasLeader;

        private Cycle(CompletableFuture<Void> previous) {
            this.previous = previous;
        }
    }
}
