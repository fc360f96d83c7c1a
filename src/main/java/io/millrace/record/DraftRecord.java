package io.millrace.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as its producer gave it: no offset yet.
 *
 * @param timestamp milliseconds since the epoch, not negative
 * @param key the key's bytes between position and limit; null is a record without a key
 * @param value the value's bytes between position and limit; null is a tombstone. Buffers may be slices of a request's
 *     body: whoever reads them must not move their positions (duplicate first)
 */
public record DraftRecord(
        long timestamp, @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<RecordHeader> headers) {

    public DraftRecord {
        if (timestamp < 0) {
            throw new IllegalArgumentException("A timestamp is not negative: " + timestamp);
        }
    }

    /** The size that limits are applied to: the bytes of key, value and headers. */
    public int sizeInBytes() {
        return RecordSizes.of(key, value, headers);
    }
}
