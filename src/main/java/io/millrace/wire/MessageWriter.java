package io.millrace.wire;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as message objects. Values are copied, not parsed and written again. Safe for use by many threads, each
 * with an output of its own.
 */
public final class MessageWriter {

    private static final byte[] TIMESTAMP = ascii(",\"timestamp\":");
    private static final byte[] KEY = ascii(",\"key\":");
    private static final byte[] KEY_BASE64 = ascii(",\"keyBase64\":");
    private static final byte[] VALUE = ascii(",\"value\":");
    private static final byte[] NO_VALUE = ascii(",\"value\":null");
    private static final byte[] VALUE_BASE64 = ascii(",\"valueBase64\":");
    private static final byte[] END = ascii("}");
    private static final byte[] CONTENT_TYPE = ascii(",\"contentType\":");
    private static final byte[] MESSAGES = ascii("{\"messages\":");
    private static final byte[] NEXT_OFFSET = ascii(",\"nextOffset\":");
    private static final byte[] LOG_START_OFFSET = ascii(",\"logStartOffset\":");
    private static final byte[] HIGH_WATERMARK = ascii(",\"highWatermark\":");

    private final ValueWriter values;

    /**
     * @param validateJson whether others than this server write to the log, so that a value under a JSON content type has
     *     to be checked before it is shown as JSON; it is shown in base64 if it is none
     */
    public MessageWriter(boolean validateJson) {
        this.values = new ValueWriter(validateJson);
    }

    /** Begins to write messages of one partition, one after the other. */
    public Run run(JsonOutput out, TopicPartition from) {
        return new Run(out, from);
    }

    /** Writes an array of the messages of all partitions, in their order. */
    public void messages(JsonOutput out, List<FetchedPartition> partitions) {
        out.put('[');
        boolean first = true;
        for (FetchedPartition fetched : partitions) {
            Run run = new Run(out, fetched.partition());
            for (StoredRecord record : fetched.records()) {
                if (!first) {
                    out.put(',');
                }
                first = false;
                run.message(record);
            }
        }
        out.put(']');
    }

    /** Writes the answer to a read of one partition: {@code {"messages", "nextOffset", "logStartOffset", "highWatermark"}}. */
    public void fetched(JsonOutput out, FetchedPartition fetched) {
        out.put(MESSAGES);
        messages(out, List.of(fetched));
        out.put(NEXT_OFFSET);
        out.putLong(fetched.nextOffset());
        out.put(LOG_START_OFFSET);
        out.putLong(fetched.ends().logStartOffset());
        out.put(HIGH_WATERMARK);
        out.putLong(fetched.ends().highWatermark());
        out.put('}');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes messages of one partition; what is the same as in the one before is copied from there. For one thread. */
    public final class Run {

        private final JsonOutput out;
        private final byte[] begin;
        private List<RecordHeader> headers = List.of();
        private @Nullable ContentType type;
        private byte[] end = END;

        private Run(JsonOutput out, TopicPartition from) {
            this.out = out;
            this.begin =
                    ascii("{\"topic\":\"" + from.topic() + "\",\"partition\":" + from.partition() + ",\"offset\":");
        }

        /** What the messages are written to, for what stands between them. */
        public JsonOutput out() {
            return out;
        }

        /** Writes one message object. Its value may bring line breaks along. */
        public void message(StoredRecord record) {
            note(record.headers());
            out.put(begin);
            out.putLong(record.offset());
            if (record.timestamp() >= 0) {
                out.put(TIMESTAMP);
                out.putTimestamp(record.timestamp());
            }
            if (record.key() != null) {
                putKey(record.key());
            }
            putValue(record.value());
            out.put(end);
        }

        /**
         * Writes one message object without line breaks, for formats that end a message with one. Where a value has line
         * breaks between its parts, spaces take their place; it means the same.
         */
        public void messageOnOneLine(StoredRecord record) {
            int begun = out.length();
            message(record);
            out.joinLines(begun);
        }

        // Equal lists that are not the same are written twice, which does no harm.
        @SuppressWarnings("ReferenceEquality")
        private void note(List<RecordHeader> ofRecord) {
            if (ofRecord == headers) {
                return;
            }
            headers = ofRecord;
            type = RecordContentType.of(ofRecord);
            JsonOutput rest = new JsonOutput(64);
            if (type != null) {
                rest.put(CONTENT_TYPE);
                rest.putString(type.text());
            }
            HeadersWriter.put(rest, ofRecord, type != null);
            rest.put('}');
            end = Arrays.copyOf(rest.array(), rest.length());
        }

        private void putKey(ByteBuffer key) {
            int mark = out.length();
            out.put(KEY);
            if (!out.putUtf8String(key)) {
                out.truncate(mark);
                out.put(KEY_BASE64);
                out.putBase64(key);
            }
        }

        private void putValue(@Nullable ByteBuffer value) {
            if (value == null) {
                out.put(NO_VALUE);
                return;
            }
            int mark = out.length();
            out.put(VALUE);
            if (!values.put(out, value, type)) {
                out.truncate(mark);
                out.put(VALUE_BASE64);
                out.putBase64(value);
            }
        }
    }
}
