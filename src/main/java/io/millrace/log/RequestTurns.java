package io.millrace.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets one try of a request after the other take place.
 *
 * @param <K> what a request is known by
 */
public final class RequestTurns<K> {

    private final long patienceMillis;
    private final Map<K, Turn> turns = new ConcurrentHashMap<>();

    private static final class Turn extends Semaphore {
        private static final long serialVersionUID = 1;
        private int interested;

        private Turn() {
            super(1);
        }
    }

    public RequestTurns(RequestSettings settings) {
        this.patienceMillis = settings.patience().toMillis();
    }

    /**
     * Waits for the turn of a try.
     *
     * @return what ends it; to be run once, by any thread
     * @throws LogException.RequestUnderWay if another one takes too long
     */
    public Runnable take(K key) {
        Turn turn = turns.compute(key, (_, there) -> {
            Turn one = there == null ? new Turn() : there;
            one.interested++;
            return one;
        });
        boolean taken = false;
        try {
            taken = turn.tryAcquire(patienceMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            if (!taken) {
                leave(key);
            }
        }
        if (!taken) {
            throw new LogException.RequestUnderWay();
        }
        return () -> {
            turn.release();
            leave(key);
        };
    }

    private void leave(K key) {
        turns.computeIfPresent(key, RequestTurns::withoutOne);
    }

    private static <K> @Nullable Turn withoutOne(K key, Turn turn) {
        turn.interested--;
        return turn.interested == 0 ? null : turn;
    }
}
