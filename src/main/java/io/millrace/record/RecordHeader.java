package io.millrace.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One header of a record. A record may have several of one name; their order is kept. Records that have the same headers may
 * share them.
 */
public final class RecordHeader {

    private final String name;
    private final @Nullable ByteBuffer value;
    private final int sizeInBytes;

    /**
     * @param value the bytes between position and limit; null is a header without a value, as Kafka allows it. Whoever
     *     reads them must not move the buffer's position (duplicate first)
     */
    public RecordHeader(String name, @Nullable ByteBuffer value) {
        this.name = name;
        this.value = value;
        this.sizeInBytes = utf8Length(name) + (value == null ? 0 : value.remaining());
    }

    /** A header whose value is a text in UTF-8. */
    public static RecordHeader text(String name, String value) {
        return new RecordHeader(name, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    public String name() {
        return name;
    }

    /** The value; whoever reads it must not move its position. */
    public @Nullable ByteBuffer value() {
        return value;
    }

    /** The bytes that this header adds to the size of its record: those of its name, in UTF-8, and of its value. */
    public int sizeInBytes() {
        return sizeInBytes;
    }

    private static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // A surrogate is half of a character of four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecordHeader header && name.equals(header.name) && Objects.equals(value, header.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, value);
    }

    @Override
    public String toString() {
        return name + "=" + value;
    }
}
