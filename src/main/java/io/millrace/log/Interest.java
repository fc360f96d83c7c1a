package io.millrace.log;

import io.millrace.log.AppendWaiters.Waiter;
import java.util.ArrayList;
import java.util.List;

/** One wake-up that waits at several partitions: the first that has a record fires it and takes it from the others. */
public final class Interest implements LogEngine.Registration, Runnable {

    /** A partition at which one can wait. */
    public interface Place {

        /** Has the waiter woken when its record is readable, at once if it is. */
        void await(Waiter waiter);

        /** Forgets a waiter. */
        void forget(Waiter waiter);
    }

    private record Stay(Place place, Waiter waiter) {}

    private final Runnable wake;
    private final List<Stay> stays = new ArrayList<>(1);
    private boolean over;

    /** @param wake called once */
    public Interest(Runnable wake) {
        this.wake = wake;
    }

    /** Waits at one more place. */
    public void join(Place place, long offset) {
        Stay stay = new Stay(place, new Waiter(offset, this));
        synchronized (this) {
            if (over) {
                return;
            }
            stays.add(stay);
        }
        place.await(stay.waiter());
        boolean tooLate;
        synchronized (this) {
            tooLate = over;
        }
        if (tooLate) {
            place.forget(stay.waiter());
        }
    }

    @Override
    public void run() {
        if (end()) {
            wake.run();
        }
    }

    @Override
    public void cancel() {
        end();
    }

    private boolean end() {
        List<Stay> left;
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
            left = List.copyOf(stays);
        }
        left.forEach(stay -> stay.place().forget(stay.waiter()));
        return true;
    }
}
