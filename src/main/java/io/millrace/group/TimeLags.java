package io.millrace.group;

import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.Position;
import io.millrace.record.StoredRecord;
import io.millrace.time.Time;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far groups are behind in time: the age of the oldest message that is not committed, by its timestamp. That takes a read of
 * one message, which is remembered for a minute, as groups that stand still are looked at again and again.
 */
public final class TimeLags {

    private static final int MAX_REMEMBERED = 10_000;
    /** Not for ever, as compaction and a new topic of an old name put another message in a place. */
    private static final long REMEMBERED_MILLIS = 60_000;

    private record Read(long timestamp, long atMillis) {}

    private final LogEngine log;
    private final Time time;
    /** The timestamp of the first message from a place on; those that were asked for long ago go. */
    private final Map<Position, Read> reads = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Position, Read> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    public TimeLags(LogEngine log, Time time) {
        this.log = log;
        this.time = time;
    }

    /** The time lag in milliseconds, not negative; 0 where nothing is left to read, null where it cannot be told. */
    public @Nullable Long millis(GroupOffset offset) {
        if (offset.lag() == 0) {
            return 0L;
        }
        Long timestamp = known(offset);
        if (timestamp == null) {
            timestamp = read(next(offset));
        }
        return timestamp == null ? null : Math.max(0, time.millis() - timestamp);
    }

    /** Whether it takes no read to tell. */
    public boolean isKnown(GroupOffset offset) {
        return offset.lag() == 0 || known(offset) != null;
    }

    private static Position next(GroupOffset offset) {
        return new Position(offset.partition(), offset.next());
    }

    private @Nullable Long known(GroupOffset offset) {
        synchronized (reads) {
            Read read = reads.get(next(offset));
            return read == null || time.millis() - read.atMillis() >= REMEMBERED_MILLIS ? null : read.timestamp();
        }
    }

    private @Nullable Long read(Position next) {
        List<StoredRecord> found;
        try {
            List<FetchedPartition> fetched =
                    log.fetch(new FetchPlan(List.of(next), 1, 1)).partitions();
            found = fetched.isEmpty() ? List.of() : fetched.getFirst().records();
        } catch (LogException goneMeanwhile) {
            return null;
        }
        if (found.isEmpty()) {
            return null;
        }
        long timestamp = found.getFirst().timestamp();
        synchronized (reads) {
            reads.put(next, new Read(timestamp, time.millis()));
        }
        return timestamp;
    }
}
