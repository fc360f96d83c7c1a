package io.millrace.wire;

import io.millrace.record.StoredRecord;
import java.nio.ByteBuffer;

/** A value on its own, as {@code ?raw=true} asks for it. */
public final class RawValue {

    private static final String TEXT = "text/plain;charset=UTF-8";
    private static final String BINARY = "application/octet-stream";

    private RawValue() {}

    /**
     * The media type to answer a record's value with: the one kept with it, else what its bytes look like by the same
     * rules as in a message object. It was chosen by whoever wrote the record. A tombstone without one is
     * {@code application/octet-stream}.
     */
    public static String contentType(StoredRecord record) {
        ContentType kept = RecordContentType.of(record.headers());
        if (kept != null) {
            return kept.text();
        }
        ByteBuffer value = record.value();
        if (value == null) {
            return BINARY;
        }
        JsonOutput scratch = new JsonOutput(value.remaining() + 2);
        if (ValueWriter.putIfContainer(scratch, value)) {
            return ContentType.JSON_TEXT;
        }
        return scratch.putUtf8String(value) ? TEXT : BINARY;
    }
}
