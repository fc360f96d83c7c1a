package io.millrace.log.segment;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A sorted list of pairs that says roughly where something is in a segment; the exact place is found by reading on from
 * there. Kept in memory and saved to a file in Kafka's layout:
 *
 * <pre>
 * .index      relative offset (4)   position in the segment's file (4)
 * .timeindex  timestamp (8)         relative offset (4)
 * </pre>
 *
 * An offset is relative to the segment's first; both kinds name the last offset of a batch. The file is never trusted
 * beyond what a reader can check: it is rebuilt from the segment where it does not fit.
 *
 * <p>One thread at a time may change it; any may look things up meanwhile.
 */
final class SparseIndex {

    /** What the pairs mean, and how they are laid out. */
    enum Kind {
        /** From the relative offset of a batch's last record to the batch's position. */
        OFFSET(".index", 8),
        /** From the latest timestamp so far to the relative offset of the last record of the batch that has it. */
        TIME(".timeindex", 12);

        final String suffix;
        final int entryBytes;

        Kind(String suffix, int entryBytes) {
            this.suffix = suffix;
            this.entryBytes = entryBytes;
        }
    }

    private final Kind kind;
    private long[] keys = new long[4];
    private int[] values = new int[4];
    /** Written after the arrays and read before them, so that a reader finds at least that many pairs in them. */
    private volatile int count;

    /** How many pairs the file holds. */
    private int saved;

    SparseIndex(Kind kind) {
        this.kind = kind;
    }

    /** Reads an index from its file; an index without pairs where there is no such file, or it is no index. */
    static SparseIndex load(Kind kind, Disk disk, Path path) {
        SparseIndex index = new SparseIndex(kind);
        if (!disk.exists(path)) {
            return index;
        }
        try (Disk.File file = disk.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
            bytes.flip();
            while (bytes.remaining() >= kind.entryBytes) {
                long key = kind == Kind.OFFSET ? bytes.getInt() : bytes.getLong();
                int value = bytes.getInt();
                if (!index.mayFollow(key, value)) {
                    break;
                }
                index.add(key, value);
            }
            index.saved = index.count;
        }
        return index;
    }

    int count() {
        return count;
    }

    long key(int i) {
        return keys[i];
    }

    int value(int i) {
        return values[i];
    }

    /** Adds a pair behind the others; a pair that is not beyond the last one is left out. */
    void append(long key, int value) {
        if (mayFollow(key, value)) {
            add(key, value);
        }
    }

    /** The place of the last pair whose key is {@code key} or less; -1 where there is none. */
    int floor(long key) {
        int n = count;
        long[] sorted = keys;
        int found = Arrays.binarySearch(sorted, 0, n, key);
        return found >= 0 ? found : -found - 2;
    }

    /** Keeps the first pairs only. */
    void truncate(int newCount) {
        count = newCount;
        saved = Math.min(saved, newCount);
    }

    /** Writes what the file does not hold yet, cuts what it holds too much, and forces it. */
    void save(Disk disk, Path path) {
        int n = count;
        try (Disk.File file = disk.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate((n - saved) * kind.entryBytes);
            for (int i = saved; i < n; i++) {
                if (kind == Kind.OFFSET) {
                    bytes.putInt((int) keys[i]);
                } else {
                    bytes.putLong(keys[i]);
                }
                bytes.putInt(values[i]);
            }
            file.write(bytes.flip(), (long) saved * kind.entryBytes);
            file.truncate((long) n * kind.entryBytes);
            file.force();
        }
        saved = n;
    }

    private boolean mayFollow(long key, int value) {
        int n = count;
        return n == 0 ? key >= 0 && value >= 0 : key > keys[n - 1] && value > values[n - 1];
    }

    private void add(long key, int value) {
        int n = count;
        if (n == keys.length) {
            values = Arrays.copyOf(values, n * 2);
            keys = Arrays.copyOf(keys, n * 2);
        }
        keys[n] = key;
        values[n] = value;
        count = n + 1;
    }
}
