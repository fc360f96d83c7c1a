package io.millrace.move;

import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** What of a record is moved: everything but its offset. */
final class Contents {

    private Contents() {}

    /** The record as it is appended on the other side. */
    static DraftRecord draft(StoredRecord record) {
        return new DraftRecord(timestamp(record), record.key(), record.value(), record.headers());
    }

    /** Kafka knows records without a timestamp, from old clients; Millrace does not, and has the beginning of time there. */
    private static long timestamp(StoredRecord record) {
        return Math.max(0, record.timestamp());
    }

    /** What differs between two records, in words; empty if nothing does. */
    static String difference(StoredRecord one, StoredRecord other) {
        StringBuilder different = new StringBuilder();
        note(different, "key", Objects.equals(one.key(), other.key()));
        note(different, "value", Objects.equals(one.value(), other.value()));
        note(different, "headers", sameHeaders(one.headers(), other.headers()));
        note(different, "timestamp", timestamp(one) == timestamp(other));
        return different.toString();
    }

    private static void note(StringBuilder different, String what, boolean same) {
        if (!same) {
            different.append(different.isEmpty() ? "" : ", ").append(what);
        }
    }

    static boolean same(StoredRecord one, StoredRecord other) {
        return timestamp(one) == timestamp(other)
                && Objects.equals(one.value(), other.value())
                && Objects.equals(one.key(), other.key())
                && sameHeaders(one.headers(), other.headers());
    }

    private static boolean sameHeaders(List<RecordHeader> some, List<RecordHeader> others) {
        return some.equals(others);
    }

    /** A checksum over the contents of many records, in their order. */
    static final class Checksum {
        private final CRC32C crc = new CRC32C();
        private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        private long records;

        void add(StoredRecord record) {
            records++;
            add(timestamp(record));
            add(record.key());
            add(record.value());
            add(record.headers().size());
            for (RecordHeader header : record.headers()) {
                add(ByteBuffer.wrap(header.name().getBytes(StandardCharsets.UTF_8)));
                add(header.value());
            }
        }

        private void add(long value) {
            crc.update(number.clear().putLong(value).flip());
        }

        private void add(@Nullable ByteBuffer bytes) {
            if (bytes == null) {
                add(-1L);
            } else {
                add((long) bytes.remaining());
                crc.update(bytes.duplicate());
            }
        }

        long records() {
            return records;
        }

        long value() {
            return crc.getValue();
        }
    }
}
