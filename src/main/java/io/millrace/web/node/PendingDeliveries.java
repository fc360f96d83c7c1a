package io.millrace.web.node;

import io.millrace.group.Delivery;
import io.millrace.group.GroupName;
import io.millrace.time.Timer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Deliveries that left this server through another one, which is to tell whether the client got them. Whatever the client
 * does next waits for that; what is not told in time is delivered again.
 */
public final class PendingDeliveries {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration FORGET = Duration.ofSeconds(10);

    private record Pending(GroupName group, String consumer, Delivery delivery) {

        boolean isOf(String group, String consumer) {
            return this.group.value().equals(group) && this.consumer.equals(consumer);
        }
    }

    private final boolean several;
    private final RandomGenerator random;
    private final Timer timer;
    private final Map<String, Pending> pending = new LinkedHashMap<>();

    /** @param several whether there may be other servers at all */
    PendingDeliveries(boolean several, RandomGenerator random, Timer timer) {
        this.several = several;
        this.random = random;
        this.timer = timer;
    }

    /** Whether a delivery to this request goes through another server. */
    public boolean concerns(HttpServletRequest request) {
        return several && request.getHeader(NodeHeaders.FORWARDED_BY) != null;
    }

    /** Makes the id under which the other server is to tell of a delivery; before the answer is written. */
    public String announce(GroupName group, String consumer, Delivery delivery, HttpServletResponse response) {
        String id = "%016x%016x".formatted(random.nextLong(), random.nextLong());
        response.setHeader(NodeHeaders.DELIVERY, id);
        synchronized (pending) {
            pending.put(id, new Pending(group, consumer, delivery));
        }
        timer.schedule(FORGET, () -> settle(id, false));
        return id;
    }

    /** It is known, or given up to know, whether the client got a delivery. */
    public void settle(String id, boolean delivered) {
        Pending settled;
        synchronized (pending) {
            settled = pending.remove(id);
            pending.notifyAll();
        }
        if (settled != null) {
            if (delivered) {
                settled.delivery().confirm();
            } else {
                settled.delivery().giveBack();
            }
        }
    }

    /** Before the next call of a consumer: waits until it is known what became of its last delivery. */
    void awaitSettled(String group, String consumer) {
        if (!several) {
            return;
        }
        for (int i = 0; i < PATIENCE.toMillis() / 10; i++) {
            synchronized (pending) {
                if (pending.values().stream().noneMatch(one -> one.isOf(group, consumer))) {
                    return;
                }
                try {
                    pending.wait(10);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
        for (String id : of(group, consumer)) {
            settle(id, false);
        }
    }

    private Iterable<String> of(String group, String consumer) {
        synchronized (pending) {
            return pending.entrySet().stream()
                    .filter(entry -> entry.getValue().isOf(group, consumer))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }
}
