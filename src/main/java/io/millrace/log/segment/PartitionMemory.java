package io.millrace.log.segment;

import io.millrace.log.Remembered;
import io.millrace.log.RequestMemory;
import io.millrace.log.RequestSettings;
import io.millrace.record.ProducerStamp;
import io.millrace.record.RequestId;
import io.millrace.record.RequestMark;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a partition remembers of the requests and producers whose records it has. All of it stands in the log; a {@link
 * MemoryFile} spares reading the whole log again at each start. Not safe for use by many threads.
 */
final class PartitionMemory {

    private final RequestSettings settings;
    private final RequestMemory<RequestId> requests;
    /** The one that stored something last comes last. */
    private final Map<Long, ProducerState> producers = new LinkedHashMap<>(16, 0.75f, true);

    private boolean changed;

    PartitionMemory(RequestSettings settings) {
        this.settings = settings;
        this.requests = new RequestMemory<>(settings);
    }

    @Nullable
    Remembered request(RequestId id, long nowMillis) {
        return requests.find(id, nowMillis);
    }

    @Nullable
    ProducerState producer(long id) {
        return producers.get(id);
    }

    /**
     * Notes what stands with a batch of the log.
     *
     * @param timeMillis when it was stored, as far as that is known
     */
    void note(
            @Nullable ProducerStamp producer, @Nullable RequestMark mark, long baseOffset, int count, long timeMillis) {
        if (mark != null) {
            requests.note(mark.id(), mark, baseOffset, count);
            changed = true;
        }
        if (producer != null) {
            ProducerState before = producers.get(producer.producerId());
            if (before == null) {
                makeRoom(timeMillis);
            }
            producers.put(
                    producer.producerId(),
                    before == null
                            ? ProducerState.of(producer, baseOffset, count, timeMillis)
                            : before.plus(producer, baseOffset, count, timeMillis));
            changed = true;
        }
    }

    /** Forgets what would be at {@code endOffset} or beyond: a disk has lost what it had promised to keep. */
    void forgetFrom(long endOffset) {
        requests.removeIf(request -> request.end() > endOffset);
        producers.values().removeIf(producer -> producer.end() > endOffset);
    }

    private void makeRoom(long nowMillis) {
        Iterator<ProducerState> oldest = producers.values().iterator();
        while (oldest.hasNext()
                && (nowMillis - oldest.next().lastTimeMillis()
                                > settings.window().toMillis()
                        || producers.size() >= settings.maxRequests())) {
            oldest.remove();
        }
    }

    void restore(RequestId id, Remembered request) {
        requests.restore(id, request);
    }

    void restore(long producerId, ProducerState producer) {
        producers.put(producerId, producer);
    }

    RequestMemory<RequestId> requests() {
        return requests;
    }

    Map<Long, ProducerState> producers() {
        return producers;
    }

    /** Whether there is something that was not written down yet. */
    boolean isChanged() {
        return changed;
    }

    /** Whether there is something that was not written down yet; from now on it is held to be. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }
}
