package io.millrace.wire;

import io.millrace.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the field {@code headers}: names in the order in which they first occur, an array for a repeated one. */
final class HeadersWriter {

    private static final byte[] FIELD = ",\"headers\":{".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BASE64 = "{\"base64\":".getBytes(StandardCharsets.US_ASCII);

    private HeadersWriter() {}

    /**
     * Writes the field, or nothing where there is no header to show.
     *
     * @param hideContentType whether the header {@code content-type} is left out because it is shown elsewhere
     */
    static void put(JsonOutput out, List<RecordHeader> headers, boolean hideContentType) {
        int mark = out.length();
        out.put(FIELD);
        int empty = out.length();
        if (headers.size() == 1) {
            RecordHeader only = headers.getFirst();
            if (!(hideContentType && ContentType.isNameOf(only.name()))) {
                putName(out, only.name());
                putValue(out, only.value());
            }
        } else {
            grouped(headers, hideContentType).forEach((name, group) -> putGroup(out, empty, name, group));
        }
        if (out.length() == empty) {
            out.truncate(mark);
        } else {
            out.put('}');
        }
    }

    private static void putGroup(JsonOutput out, int begin, String name, List<RecordHeader> group) {
        if (out.length() > begin) {
            out.put(',');
        }
        putName(out, name);
        if (group.size() == 1) {
            putValue(out, group.getFirst().value());
            return;
        }
        char separator = '[';
        for (RecordHeader header : group) {
            out.put(separator);
            putValue(out, header.value());
            separator = ',';
        }
        out.put(']');
    }

    private static Map<String, List<RecordHeader>> grouped(List<RecordHeader> headers, boolean hideContentType) {
        Map<String, List<RecordHeader>> groups = new LinkedHashMap<>();
        for (RecordHeader header : headers) {
            if (!(hideContentType && ContentType.isNameOf(header.name()))) {
                groups.computeIfAbsent(header.name(), name -> new ArrayList<>(1))
                        .add(header);
            }
        }
        return groups;
    }

    private static void putName(JsonOutput out, String name) {
        out.putString(name);
        out.put(':');
    }

    private static void putValue(JsonOutput out, @Nullable ByteBuffer value) {
        if (value == null) {
            out.put(NULL);
        } else if (!out.putUtf8String(value)) {
            out.put(BASE64);
            out.putBase64(value);
            out.put('}');
        }
    }
}
