package io.millrace.log.batch;

import java.nio.ByteBuffer;

/**
 * Reads numbers of variable length, zigzag-encoded as in Protocol Buffers, and bytes between them. What lies behind the end of
 * the array is an {@link IndexOutOfBoundsException}.
 */
final class VarintReader {

    private static final int MAX_SHIFT = 63;

    private final byte[] bytes;
    private int position;

    VarintReader(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
    }

    int position() {
        return position;
    }

    void moveTo(int newPosition) {
        position = newPosition;
    }

    int readInt() {
        return (int) readLong();
    }

    long readLong() {
        byte first = bytes[position++];
        long raw = first >= 0 ? first : readRest(first & 0x7F);
        return (raw >>> 1) ^ -(raw & 1);
    }

    private long readRest(long begun) {
        long raw = begun;
        for (int shift = 7; shift <= MAX_SHIFT; shift += 7) {
            byte next = bytes[position++];
            raw |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return raw;
            }
        }
        throw new IndexOutOfBoundsException("A number does not end");
    }

    /** A view of the next {@code length} bytes. */
    ByteBuffer readBytes(int length) {
        ByteBuffer view = ByteBuffer.wrap(bytes, position, length);
        position += length;
        return view;
    }
}
