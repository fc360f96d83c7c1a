package io.millrace.wire;

import io.millrace.record.RecordHeader;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes with a message whose value is the whole body of a request.
 *
 * @param partition the partition asked for; null leaves the choice to the server
 * @param timestamp milliseconds since the epoch; null is now
 * @param headers the message's own headers, without {@code content-type}
 */
public record RawOptions(
        @Nullable ByteBuffer key,
        @Nullable Integer partition,
        @Nullable Long timestamp,
        List<RecordHeader> headers) {

    /** No key, no header, everything else chosen by the server. */
    public static final RawOptions NONE = new RawOptions(null, null, null, List.of());
}
