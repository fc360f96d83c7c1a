package io.millrace.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What stands with records that belong to a request which must be stored once: enough to know, from the log alone, how much of
 * the request a partition has.
 *
 * <pre>
 *  0  version (1)                  1
 *  1  request id (16)
 * 17  time of the first try (8)
 * 25  partitions (4)
 * 29  up to (8)
 * 37  checkpoint: at (8), digest (8)
 * 53  keeps offsets (1)
 * </pre>
 *
 * @param timeMillis when the first try that stored something was begun, in milliseconds since the epoch
 * @param partitions how many partitions the topic had then; another try places its messages by as many
 * @param upTo of the request's messages, those with a number below this are stored, as far as they go to this partition
 * @param checkpoint by which another request under the same id is told from this one
 * @param keepsOffsets whether the offsets of all its messages are remembered; if not, only how far it came
 */
public record RequestMark(
        RequestId id, long timeMillis, int partitions, long upTo, Checkpoint checkpoint, boolean keepsOffsets) {

    /** The size of a written mark in bytes. */
    public static final int BYTES = 54;

    private static final byte VERSION = 1;

    /** Writes the mark from the buffer's position on. */
    public void write(ByteBuffer to) {
        to.put(VERSION)
                .putLong(id.high())
                .putLong(id.low())
                .putLong(timeMillis)
                .putInt(partitions)
                .putLong(upTo)
                .putLong(checkpoint.at())
                .putLong(checkpoint.digest())
                .put((byte) (keepsOffsets ? 1 : 0));
    }

    /** Reads a mark from the buffer's position on; null if it is of a version that is not known. */
    public static @Nullable RequestMark read(ByteBuffer from) {
        if (from.remaining() < BYTES || from.get() != VERSION) {
            return null;
        }
        RequestId id = new RequestId(from.getLong(), from.getLong());
        long time = from.getLong();
        int partitions = from.getInt();
        long upTo = from.getLong();
        Checkpoint checkpoint = new Checkpoint(from.getLong(), from.getLong());
        return new RequestMark(id, time, partitions, upTo, checkpoint, from.get() != 0);
    }

    /** The same, of a part that reaches less far. */
    public RequestMark reaching(long upTo) {
        return new RequestMark(id, timeMillis, partitions, upTo, checkpoint, keepsOffsets);
    }
}
