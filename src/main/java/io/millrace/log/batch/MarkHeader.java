package io.millrace.log.batch;

import io.millrace.record.RequestMark;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The mark of a request, as the last header of the first record of each of its batches: so it is in the log if and only if the
 * batch is. Readers do not get to see it.
 */
final class MarkHeader {

    /** The name of the header, which no client can give to one of its own. */
    static final String NAME = "__millrace.request";

    private MarkHeader() {}

    static Header of(RequestMark mark) {
        ByteBuffer bytes = ByteBuffer.allocate(RequestMark.BYTES);
        mark.write(bytes);
        return new RecordHeader(NAME, bytes.array());
    }

    static boolean is(Header header) {
        return header.key().equals(NAME);
    }

    /** The mark among a record's headers. */
    static @Nullable RequestMark in(Header[] headers) {
        if (headers.length == 0) {
            return null;
        }
        Header last = headers[headers.length - 1];
        byte[] value = last.value();
        return is(last) && value != null ? RequestMark.read(ByteBuffer.wrap(value)) : null;
    }
}
