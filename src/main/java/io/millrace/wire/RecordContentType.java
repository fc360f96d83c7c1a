package io.millrace.wire;

import io.millrace.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out what the value of a record is. */
final class RecordContentType {

    private RecordContentType() {}

    /**
     * The media type of the last header {@code content-type}, in any case, or null where there is none or where what it
     * holds is no media type.
     */
    static @Nullable ContentType of(List<RecordHeader> headers) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            RecordHeader header = headers.get(i);
            ByteBuffer value = header.value();
            if (value != null && ContentType.isNameOf(header.name())) {
                return value.equals(ContentType.JSON_HEADER.value())
                        ? ContentType.JSON
                        : ContentType.parse(text(value));
            }
        }
        return null;
    }

    /** Whether bytes without a media type are worth a look whether they are JSON: do they begin as an object or array? */
    static boolean mayBeJson(ByteBuffer value) {
        for (int i = value.position(); i < value.limit(); i++) {
            byte b = value.get(i);
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b == '{' || b == '[';
            }
        }
        return false;
    }

    private static String text(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.get(value.position(), bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
