package io.millrace.log.segment;

import io.millrace.log.batch.BatchFilter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Remembers the newest offset of each key in a bounded number of bytes: of a key it keeps a hash of 128 bits, so that two
 * keys among billions are hardly ever taken for the same. An open hash table with linear probing; nothing is taken out.
 */
final class KeyOffsets implements BatchFilter.Newest {

    /** Two words of hash and the offset. */
    private static final int WORDS = 3;

    private static final int HASH_BYTES = 32;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final long[] table;
    private final int slots;
    private final int most;
    private final MessageDigest digest;
    private final byte[] hash = new byte[HASH_BYTES];
    private int size;

    /**
     * @param maxBytes what it may take
     * @param keys how many keys it need not have more room for
     */
    KeyOffsets(long maxBytes, long keys) {
        long affordable = maxBytes / (WORDS * Long.BYTES);
        // A third of the slots stays free, so that a free one is soon found.
        long wanted = keys + keys / 2 + 2;
        this.slots = Math.clamp(Math.min(affordable, wanted), 16, Integer.MAX_VALUE / (WORDS * Long.BYTES));
        this.most = slots - slots / 3;
        this.table = new long[slots * WORDS];
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Whether so many more keys find room. */
    boolean hasRoomFor(int keys) {
        return size + (long) keys <= most;
    }

    /** Notes that a key has a record there, behind all that were noted before. */
    void put(ByteBuffer key, long offset) {
        int slot = slotOf(key);
        if (table[slot + 2] == 0) {
            table[slot] = high();
            table[slot + 1] = low();
            size++;
        }
        // Zero is for a free slot.
        table[slot + 2] = offset + 1;
    }

    @Override
    public boolean isNewest(ByteBuffer key, long offset) {
        return table[slotOf(key) + 2] <= offset + 1;
    }

    /** The place in the table that the key has, or is to have. */
    private int slotOf(ByteBuffer key) {
        digest.update(key.duplicate());
        try {
            digest.digest(hash, 0, HASH_BYTES);
        } catch (DigestException impossible) {
            throw new IllegalStateException(impossible);
        }
        long high = high();
        long low = low();
        int slot = (int) Long.remainderUnsigned(high, slots) * WORDS;
        while (table[slot + 2] != 0 && (table[slot] != high || table[slot + 1] != low)) {
            slot += WORDS;
            if (slot == table.length) {
                slot = 0;
            }
        }
        return slot;
    }

    private long high() {
        return (long) LONGS.get(hash, 0);
    }

    private long low() {
        return (long) LONGS.get(hash, Long.BYTES);
    }
}
