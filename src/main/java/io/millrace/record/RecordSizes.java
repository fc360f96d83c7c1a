package io.millrace.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one definition of how large a record is. */
final class RecordSizes {

    private RecordSizes() {}

    static int of(@Nullable ByteBuffer key, @Nullable ByteBuffer value, List<RecordHeader> headers) {
        int size = (key == null ? 0 : key.remaining()) + (value == null ? 0 : value.remaining());
        for (RecordHeader header : headers) {
            size += header.sizeInBytes();
        }
        return size;
    }
}
