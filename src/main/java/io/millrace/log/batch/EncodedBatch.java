package io.millrace.log.batch;

import io.millrace.record.ProducerStamp;
import io.millrace.record.RequestMark;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One batch as it will stand in a segment; its base offset is 0 until {@link #place} gives it its own.
 *
 * @param bytes the whole batch, from index 0 to the limit
 * @param recordCount how many records it holds, and so how many offsets it takes
 * @param maxTimestamp the latest timestamp of its records, in milliseconds since the epoch
 * @param uncompressedSize the size in bytes that it has, or would have, without compression
 * @param producer how its producer numbers its records
 * @param mark of the request that it belongs to
 */
public record EncodedBatch(
        ByteBuffer bytes,
        int recordCount,
        long maxTimestamp,
        int uncompressedSize,
        @Nullable ProducerStamp producer,
        @Nullable RequestMark mark) {

    private static final int BASE_OFFSET_POSITION = 0;
    private static final int PARTITION_LEADER_EPOCH_POSITION = 12;

    /** The size of the batch in bytes. */
    public int size() {
        return bytes.limit();
    }

    /** Gives the batch its place in the log; neither field is under the checksum. */
    public void place(long baseOffset) {
        bytes.putLong(BASE_OFFSET_POSITION, baseOffset);
        // There is one leader for ever, so its epoch never rises.
        bytes.putInt(PARTITION_LEADER_EPOCH_POSITION, 0);
    }
}
