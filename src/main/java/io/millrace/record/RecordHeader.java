package io.millrace.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One header of a record. A record may have several of one name; their order is kept.
 *
 * @param value the bytes between position and limit; null is a header without a value, as Kafka allows it. Whoever
 *     reads them must not move the buffer's position (duplicate first)
 */
public record RecordHeader(String name, @Nullable ByteBuffer value) {

    /** A header whose value is a text in UTF-8. */
    public static RecordHeader text(String name, String value) {
        return new RecordHeader(name, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** The bytes that this header adds to the size of its record: those of its name, in UTF-8, and of its value. */
    public int sizeInBytes() {
        int nameBytes = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            // A surrogate is half of a character of four bytes.
            nameBytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return nameBytes + (value == null ? 0 : value.remaining());
    }
}
