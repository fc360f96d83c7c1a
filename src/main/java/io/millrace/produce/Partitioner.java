package io.millrace.produce;

import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the partitions of the messages of one request as Kafka's producers do: the one asked for, else by the hash of
 * the key, else the same one for all that have no key, so that they are stored as few batches. For one request and one
 * thread.
 */
public final class Partitioner {

    private static final int NOT_PICKED = -1;

    private final int partitions;
    private final IntUnaryOperator random;
    private int sticky = NOT_PICKED;

    /**
     * @param partitions how many partitions the topic has, at least 1
     * @param random gives a number from 0 to below its argument; asked at most once
     */
    public Partitioner(int partitions, IntUnaryOperator random) {
        if (partitions < 1) {
            throw new IllegalArgumentException("A topic has partitions: " + partitions);
        }
        this.partitions = partitions;
        this.random = random;
    }

    /**
     * The partition of a message.
     *
     * @param asked the partition that the client asked for, returned as it is: whether the topic has it is the caller's to
     *     check
     * @param key the key's bytes between position and limit
     */
    public int partition(@Nullable Integer asked, @Nullable ByteBuffer key) {
        if (asked != null) {
            return asked;
        }
        if (key != null) {
            return (Murmur2.hash(key) & 0x7fffffff) % partitions;
        }
        if (sticky == NOT_PICKED) {
            sticky = random.applyAsInt(partitions);
        }
        return sticky;
    }
}
