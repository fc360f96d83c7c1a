package io.millrace.produce;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The hash by which Kafka's producers place keys: MurmurHash2, 32 bits, with Kafka's seed. */
final class Murmur2 {

    private static final int SEED = 0x9747b28c;
    private static final int M = 0x5bd1e995;
    private static final int R = 24;

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Murmur2() {}

    /** The hash of the bytes between position and limit, which stay where they are. */
    static int hash(ByteBuffer bytes) {
        int at = bytes.position();
        int end = bytes.limit();
        int h = SEED ^ (end - at);
        for (; end - at >= 4; at += 4) {
            int k = (int) INT.get(bytes, at) * M;
            k ^= k >>> R;
            h = h * M ^ k * M;
        }
        if (at < end) {
            for (int i = end - 1; i >= at; i--) {
                h ^= (bytes.get(i) & 0xFF) << (8 * (i - at));
            }
            h *= M;
        }
        h ^= h >>> 13;
        h *= M;
        return h ^ (h >>> 15);
    }
}
