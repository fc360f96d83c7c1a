package io.millrace.web;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Large arrays that are kept for the next request. The collector has a hard time with arrays of that size: each must be zeroed,
 * and takes whole regions of the heap until a cycle over all of it. May be used from any thread.
 */
final class ArrayPool {

    /** A smaller array is better made anew. */
    private static final int SMALLEST = 64 * 1024;

    private static final int SIZES = 8;

    private final long mostKept;
    private final AtomicLong kept = new AtomicLong();
    private final Deque<byte[]>[] free = deques();

    /** @param mostKept the most bytes of arrays that nobody uses */
    ArrayPool(long mostKept) {
        this.mostKept = mostKept;
    }

    /** An array of at least that size; there may be anything in it. */
    byte[] take(int atLeast) {
        int size = sizeFor(atLeast);
        if (size < 0) {
            return new byte[atLeast];
        }
        byte[] array = free[size].pollFirst();
        if (array == null) {
            return new byte[SMALLEST << size];
        }
        kept.addAndGet(-array.length);
        return array;
    }

    /** Takes back an array that nobody refers to any more. */
    void giveBack(byte[] array) {
        int size = sizeFor(array.length);
        if (size >= 0 && array.length == SMALLEST << size) {
            if (kept.addAndGet(array.length) > mostKept) {
                kept.addAndGet(-array.length);
            } else {
                // The one used last is the one that is still in the processor's cache.
                free[size].addFirst(array);
            }
        }
    }

    /** Which of the sizes has room for so many bytes; -1 if they are too few or too many. */
    private static int sizeFor(int bytes) {
        if (bytes <= SMALLEST / 2 || bytes > SMALLEST << (SIZES - 1)) {
            return -1;
        }
        return Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros((bytes - 1) / SMALLEST));
    }

    @SuppressWarnings("unchecked") // There are no arrays of a generic type.
    private static Deque<byte[]>[] deques() {
        return Stream.generate(ConcurrentLinkedDeque::new).limit(SIZES).toArray(Deque[]::new);
    }
}
