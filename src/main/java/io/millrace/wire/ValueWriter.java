package io.millrace.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes values as what they are, as far as JSON can show it. */
final class ValueWriter {

    private final boolean validateJson;

    /** @param validateJson whether a value under a JSON type has to be checked before it may be shown as JSON */
    ValueWriter(boolean validateJson) {
        this.validateJson = validateJson;
    }

    /** Writes the value as JSON or as a string. Returns false, with nothing written, where only base64 can show it. */
    boolean put(JsonOutput out, ByteBuffer value, @Nullable ContentType type) {
        if (type == null) {
            return putIfContainer(out, value) || out.putUtf8String(value);
        }
        return switch (type.family()) {
            case JSON -> {
                if (validateJson) {
                    yield putIfJson(out, value);
                }
                out.put(value);
                yield true;
            }
            case TEXT -> putText(out, value, type.charset());
            case BINARY -> false;
        };
    }

    /** Writes the value if it is a JSON object or array, else nothing. */
    static boolean putIfContainer(JsonOutput out, ByteBuffer value) {
        return RecordContentType.mayBeJson(value) && putIfJson(out, value);
    }

    private static boolean putIfJson(JsonOutput out, ByteBuffer value) {
        int mark = out.length();
        out.put(value);
        try {
            JsonCursor.checkValue(out.array(), mark, out.length());
            return true;
        } catch (MalformedJsonException e) {
            out.truncate(mark);
            return false;
        }
    }

    private static boolean putText(JsonOutput out, ByteBuffer value, @Nullable Charset charset) {
        if (charset == null) {
            return false;
        }
        if (charset.equals(StandardCharsets.UTF_8)) {
            return out.putUtf8String(value);
        }
        try {
            out.putString(charset.newDecoder().decode(value.duplicate()).toString());
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
