package io.millrace.log.segment;

import io.millrace.log.LogEngine;
import io.millrace.log.segment.AppendWaiters.Waiter;
import java.util.ArrayList;
import java.util.List;

/** One wake-up that waits at several partitions: the first that has a record fires it and takes it from the others. */
final class Interest implements LogEngine.Registration, Runnable {

    private record Place(PartitionLog log, Waiter waiter) {}

    private final Runnable wake;
    private final List<Place> places = new ArrayList<>(1);
    private boolean over;

    Interest(Runnable wake) {
        this.wake = wake;
    }

    void join(PartitionLog log, long offset) {
        Place place = new Place(log, new Waiter(offset, this));
        synchronized (this) {
            if (over) {
                return;
            }
            places.add(place);
        }
        log.await(place.waiter());
        boolean tooLate;
        synchronized (this) {
            tooLate = over;
        }
        if (tooLate) {
            log.forget(place.waiter());
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
        List<Place> left;
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
            left = List.copyOf(places);
        }
        left.forEach(place -> place.log().forget(place.waiter()));
        return true;
    }
}
