package io.millrace.log;

import io.millrace.record.RequestMark;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Remembers requests for a time, and a number of them: when there are more, the oldest is forgotten first. Not safe for use by
 * many threads.
 *
 * @param <K> what a request is found by
 */
public final class RequestMemory<K> {

    private final RequestSettings settings;
    /** In the order of their first marks. */
    private final Map<K, Remembered> requests = new LinkedHashMap<>();

    public RequestMemory(RequestSettings settings) {
        this.settings = settings;
    }

    /** What is known of a request at the given time, in milliseconds since the epoch. */
    public @Nullable Remembered find(K key, long nowMillis) {
        Remembered found = requests.get(key);
        return found == null || isOver(found, nowMillis) ? null : found;
    }

    private boolean isOver(Remembered request, long nowMillis) {
        return nowMillis - request.mark().timeMillis() > settings.window().toMillis();
    }

    /** Notes that records of a request were stored from {@code baseOffset} on. */
    public void note(K key, RequestMark mark, long baseOffset, int count) {
        Remembered before = find(key, mark.timeMillis());
        if (before == null) {
            requests.remove(key);
            makeRoom(mark.timeMillis());
        }
        requests.put(
                key, before == null ? Remembered.of(mark, baseOffset, count) : before.plus(mark, baseOffset, count));
    }

    /** Takes in what was written down of a request. */
    public void restore(K key, Remembered request) {
        if (!requests.containsKey(key)) {
            makeRoom(request.mark().timeMillis());
        }
        requests.put(key, request);
    }

    /** Forgets those that {@code which} tells. */
    public void removeIf(Predicate<Remembered> which) {
        requests.values().removeIf(which);
    }

    private void makeRoom(long nowMillis) {
        var oldest = requests.values().iterator();
        while (oldest.hasNext() && (isOver(oldest.next(), nowMillis) || requests.size() >= settings.maxRequests())) {
            oldest.remove();
        }
    }

    /** Calls {@code sink} for each, the oldest first. */
    public void forEach(BiConsumer<K, Remembered> sink) {
        requests.forEach(sink);
    }

    public int size() {
        return requests.size();
    }
}
