package io.millrace.log;

import io.millrace.record.Checkpoint;
import io.millrace.record.RequestId;
import io.millrace.record.RequestMark;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far a request has come, over all partitions. For one thread. */
public final class RequestProgress {

    private final RequestId id;
    private final long beganMillis;
    private final Map<Integer, Remembered> byPartition;
    private final @Nullable RequestMark first;

    /** @param known what is known of it, by partition */
    public RequestProgress(RequestId id, long beganMillis, Map<Integer, Remembered> known) {
        this.id = id;
        this.beganMillis = beganMillis;
        this.byPartition = new HashMap<>(known);
        this.first = known.values().stream().findAny().map(Remembered::mark).orElse(null);
    }

    /** See {@link RequestTry#timeMillis}. */
    public long timeMillis() {
        return first == null ? beganMillis : first.timeMillis();
    }

    /** See {@link RequestTry#partitions}. */
    public int partitions(int now) {
        return first == null ? now : first.partitions();
    }

    /** See {@link RequestTry#check}. */
    public void check(Checkpoint checkpoint) {
        for (Remembered known : byPartition.values()) {
            Checkpoint other = known.mark().checkpoint();
            boolean sameKind = (other.at() == Checkpoint.WHOLE) == (checkpoint.at() == Checkpoint.WHOLE);
            if (!sameKind || (other.at() == checkpoint.at() && other.digest() != checkpoint.digest())) {
                throw new LogException.RequestReused();
            }
        }
    }

    /** See {@link RequestTry#hasCheckpoint}. */
    public boolean hasCheckpoint(long at) {
        for (Remembered known : byPartition.values()) {
            if (known.mark().checkpoint().at() == at) {
                return true;
            }
        }
        return false;
    }

    /** See {@link RequestTry#checkEnd}. */
    public void checkEnd(long end) {
        for (Remembered known : byPartition.values()) {
            if (known.mark().checkpoint().at() > end) {
                throw new LogException.RequestReused();
            }
        }
    }

    /** What is known of it in a partition. */
    public @Nullable Remembered in(int partition) {
        return byPartition.get(partition);
    }

    /** What of a share is not stored yet. */
    public RequestPart.Share rest(int partition, RequestPart.Share share) {
        Remembered known = byPartition.get(partition);
        return known == null ? share : share.from(known.mark().upTo());
    }

    /** The mark for what comes next. */
    public RequestMark mark(RequestPart part, long upTo) {
        return new RequestMark(id, timeMillis(), part.partitions(), upTo, part.checkpoint(), part.keepsOffsets());
    }

    /** Notes what is known of it in a partition now. */
    public void put(int partition, Remembered now) {
        byPartition.put(partition, now);
    }
}
