package io.millrace.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as it is in the log.
 *
 * @param offset its place in its partition
 * @param timestamp milliseconds since the epoch; -1 where another client wrote none
 * @param key the key's bytes between position and limit; null is a record without a key
 * @param value the value's bytes between position and limit; null is a tombstone. Buffers are views of what was read:
 *     whoever reads them must not move their positions (duplicate first)
 */
public record StoredRecord(
        long offset,
        long timestamp,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<RecordHeader> headers) {

    /** The size that limits are applied to: the bytes of key, value and headers. */
    public int sizeInBytes() {
        return RecordSizes.of(key, value, headers);
    }
}
