package io.millrace.move;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which offsets of a partition stand for which on the other side; of the many, only those that somebody asked for. An offset
 * becomes that of the first record at or behind it, or the end.
 */
final class OffsetMap {

    private final Deque<Long> open;
    private final Map<Long, Long> found = new HashMap<>();

    /** @param wanted offsets of the source, in any order */
    OffsetMap(Collection<Long> wanted) {
        this.open = new ArrayDeque<>(new TreeSet<>(wanted));
    }

    /** Hears of a record that is on both sides; in the order of the source. */
    void pair(long sourceOffset, long targetOffset) {
        while (!open.isEmpty() && open.getFirst() <= sourceOffset) {
            found.put(open.removeFirst(), targetOffset);
        }
    }

    /** Hears that there are no more records. */
    void end(long targetEnd) {
        pair(Long.MAX_VALUE, targetEnd);
    }

    /** The offset of the target that stands for one that was asked for. */
    long translate(long sourceOffset) {
        Long offset = found.get(sourceOffset);
        if (offset == null) {
            throw new IllegalStateException("Offset " + sourceOffset + " was not asked for");
        }
        return offset;
    }
}
