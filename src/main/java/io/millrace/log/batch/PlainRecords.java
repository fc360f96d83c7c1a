package io.millrace.log.batch;

import io.millrace.record.StoredRecord;
import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records of an uncompressed batch, read where they lie: keys and values are views of it.
 *
 * <pre>
 * length of the rest (varint)
 * attributes (1), timestamp delta (varlong), offset delta (varint)
 * length of the key, -1 for none (varint), key
 * length of the value, -1 for none (varint), value
 * count of headers (varint), each: length (varint) and name, length or -1 (varint) and value
 * </pre>
 */
final class PlainRecords {

    private final VarintReader in;
    private final byte[] bytes;
    private final int count;
    private final long baseOffset;
    private final long baseTimestamp;
    private final boolean sameTimestamp;
    private final LastHeaders lastHeaders;

    /**
     * @param position of the first record
     * @param baseTimestamp what the records' timestamps are counted from, or the timestamp of all of them
     */
    PlainRecords(
            byte[] bytes,
            int position,
            int count,
            long baseOffset,
            long baseTimestamp,
            boolean sameTimestamp,
            LastHeaders lastHeaders) {
        this.in = new VarintReader(bytes, position);
        this.bytes = bytes;
        this.count = count;
        this.baseOffset = baseOffset;
        this.baseTimestamp = baseTimestamp;
        this.sameTimestamp = sameTimestamp;
        this.lastHeaders = lastHeaders;
    }

    /** Hands the records from {@code fromOffset} on to {@code sink} until it answers false; returns whether it took all. */
    boolean forEach(long fromOffset, Predicate<StoredRecord> sink) {
        for (int i = 0; i < count; i++) {
            int length = in.readInt();
            int end = in.position() + length;
            in.moveTo(in.position() + 1);
            long timestampDelta = in.readLong();
            long offset = baseOffset + in.readInt();
            if (offset >= fromOffset && !sink.test(read(offset, timestampDelta, end))) {
                return false;
            }
            in.moveTo(end);
        }
        return true;
    }

    private StoredRecord read(long offset, long timestampDelta, int end) {
        ByteBuffer key = readNullable();
        ByteBuffer value = readNullable();
        return new StoredRecord(
                offset,
                sameTimestamp ? baseTimestamp : baseTimestamp + timestampDelta,
                key,
                value,
                lastHeaders.decode(bytes, in.position(), end));
    }

    private @Nullable ByteBuffer readNullable() {
        int length = in.readInt();
        return length < 0 ? null : in.readBytes(length);
    }
}
