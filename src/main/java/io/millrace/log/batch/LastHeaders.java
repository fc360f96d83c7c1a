package io.millrace.log.batch;

import io.millrace.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes the headers of records, one record after the other. Those of a record are most often the same as those of the one
 * before, as all messages of a producer have one content type: then it is one and the same list.
 */
final class LastHeaders {

    private byte[] encoded = {0};
    private List<RecordHeader> decoded = List.of();

    /** The headers that stand between {@code from} and {@code to}, their count first; without the mark of a request. */
    List<RecordHeader> decode(byte[] bytes, int from, int to) {
        if (!Arrays.equals(encoded, 0, encoded.length, bytes, from, to)) {
            encoded = Arrays.copyOfRange(bytes, from, to);
            decoded = decode(new VarintReader(encoded, 0));
        }
        return decoded;
    }

    private static List<RecordHeader> decode(VarintReader in) {
        int count = in.readInt();
        List<RecordHeader> headers = new ArrayList<>(Math.min(count, 16));
        for (int i = 0; i < count; i++) {
            String name =
                    StandardCharsets.UTF_8.decode(in.readBytes(in.readInt())).toString();
            int length = in.readInt();
            ByteBuffer value = length < 0 ? null : in.readBytes(length);
            if (!name.equals(MarkHeader.NAME)) {
                headers.add(new RecordHeader(name, value));
            }
        }
        return List.copyOf(headers);
    }
}
