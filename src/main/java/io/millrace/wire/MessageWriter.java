package io.millrace.wire;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes records as message objects. Values are copied, not parsed and written again. Safe for use by many threads, each
 * with an output of its own.
 */
public final class MessageWriter {

    private static final byte[] TOPIC = ascii("{\"topic\":\"");
    private static final byte[] PARTITION = ascii("\",\"partition\":");
    private static final byte[] OFFSET = ascii(",\"offset\":");
    private static final byte[] TIMESTAMP = ascii(",\"timestamp\":");
    private static final byte[] KEY = ascii(",\"key\":");
    private static final byte[] KEY_BASE64 = ascii(",\"keyBase64\":");
    private static final byte[] VALUE = ascii(",\"value\":");
    private static final byte[] NO_VALUE = ascii(",\"value\":null");
    private static final byte[] VALUE_BASE64 = ascii(",\"valueBase64\":");
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

    /** Writes one message object. Its value may bring line breaks along. */
    public void message(JsonOutput out, TopicPartition from, StoredRecord record) {
        out.put(TOPIC);
        out.putAscii(from.topic().value());
        out.put(PARTITION);
        out.putLong(from.partition());
        out.put(OFFSET);
        out.putLong(record.offset());
        if (record.timestamp() >= 0) {
            out.put(TIMESTAMP);
            out.putTimestamp(record.timestamp());
        }
        if (record.key() != null) {
            putKey(out, record.key());
        }
        ContentType type = RecordContentType.of(record.headers());
        if (record.value() == null) {
            out.put(NO_VALUE);
        } else {
            int mark = out.length();
            out.put(VALUE);
            if (!values.put(out, record.value(), type)) {
                out.truncate(mark);
                out.put(VALUE_BASE64);
                out.putBase64(record.value());
            }
        }
        if (type != null) {
            out.put(CONTENT_TYPE);
            out.putString(type.text());
        }
        if (!record.headers().isEmpty()) {
            HeadersWriter.put(out, record.headers(), type != null);
        }
        out.put('}');
    }

    /**
     * Writes one message object without line breaks, for formats that end a message with one. Where a value has line
     * breaks between its parts, spaces take their place; it means the same.
     */
    public void messageOnOneLine(JsonOutput out, TopicPartition from, StoredRecord record) {
        int begin = out.length();
        message(out, from, record);
        out.joinLines(begin);
    }

    /** Writes an array of the messages of all partitions, in their order. */
    public void messages(JsonOutput out, List<FetchedPartition> partitions) {
        out.put('[');
        boolean first = true;
        for (FetchedPartition fetched : partitions) {
            for (StoredRecord record : fetched.records()) {
                if (!first) {
                    out.put(',');
                }
                first = false;
                message(out, fetched.partition(), record);
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

    private static void putKey(JsonOutput out, ByteBuffer key) {
        int mark = out.length();
        out.put(KEY);
        if (!out.putUtf8String(key)) {
            out.truncate(mark);
            out.put(KEY_BASE64);
            out.putBase64(key);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
