package io.millrace.wire;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as CloudEvents 1.0 in the JSON event format. A record that is none, because it was not produced as one, becomes
 * an event of the type {@value #MESSAGE_TYPE} that tells where it is stored. Safe for use by many threads.
 */
public final class CloudEventWriter {

    /** The media type of one event. */
    public static final String STRUCTURED = "application/cloudevents+json";

    /** The media type of an array of events. */
    public static final String BATCH = "application/cloudevents-batch+json";

    private static final String MESSAGE_TYPE = "io.millrace.message";

    private final ValueWriter values;

    /** @param validateJson see {@link MessageWriter} */
    public CloudEventWriter(boolean validateJson) {
        this.values = new ValueWriter(validateJson);
    }

    /** Writes an array of the events of all partitions, in their order. */
    public void events(JsonOutput out, List<FetchedPartition> partitions) {
        out.put('[');
        boolean first = true;
        for (FetchedPartition fetched : partitions) {
            for (StoredRecord record : fetched.records()) {
                if (!first) {
                    out.put(',');
                }
                first = false;
                event(out, fetched.partition(), record);
            }
        }
        out.put(']');
    }

    /** Writes one event. */
    public void event(JsonOutput out, TopicPartition from, StoredRecord record) {
        ContentType type = RecordContentType.of(record.headers());
        ByteBuffer value = record.value();
        // Others may have stored an event in structured mode: the value is all of it.
        if (value != null && isStructured(type) && ValueWriter.putIfContainer(out, value)) {
            return;
        }
        Map<String, String> attributes = attributes(record);
        boolean isEvent = attributes.containsKey(CloudEventAttributes.SPEC_VERSION);
        char separator = '{';
        for (Map.Entry<String, String> attribute : (isEvent ? attributes : made(from, record)).entrySet()) {
            out.put(separator);
            out.putString(attribute.getKey());
            out.put(':');
            out.putString(attribute.getValue());
            separator = ',';
        }
        if (type != null) {
            out.putAscii(",\"datacontenttype\":");
            out.putString(type.text());
        }
        if (value != null) {
            putData(out, value, type);
        }
        out.put('}');
    }

    private static boolean isStructured(@Nullable ContentType type) {
        return type != null && type.text().toLowerCase(Locale.ROOT).startsWith(STRUCTURED);
    }

    private void putData(JsonOutput out, ByteBuffer value, @Nullable ContentType type) {
        int mark = out.length();
        out.putAscii(",\"data\":");
        if (!values.put(out, value, type)) {
            out.truncate(mark);
            out.putAscii(",\"data_base64\":");
            out.putBase64(value);
        }
    }

    /** The attributes of an event, by name; empty for a record that is none. */
    public static Map<String, String> attributes(StoredRecord record) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (RecordHeader header : record.headers()) {
            ByteBuffer value = header.value();
            if (header.name().startsWith(CloudEventAttributes.HEADER_PREFIX) && value != null) {
                attributes.put(
                        header.name().substring(CloudEventAttributes.HEADER_PREFIX.length()),
                        StandardCharsets.UTF_8.decode(value.duplicate()).toString());
            }
        }
        return attributes;
    }

    private static Map<String, String> made(TopicPartition from, StoredRecord record) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put(CloudEventAttributes.SPEC_VERSION, "1.0");
        attributes.put("id", Long.toString(record.offset()));
        attributes.put("source", "/topics/%s/partitions/%d".formatted(from.topic(), from.partition()));
        attributes.put("type", MESSAGE_TYPE);
        if (record.timestamp() >= 0) {
            attributes.put("time", Instant.ofEpochMilli(record.timestamp()).toString());
        }
        if (record.key() != null) {
            attributes.put(
                    CloudEventAttributes.PARTITION_KEY,
                    StandardCharsets.UTF_8.decode(record.key().duplicate()).toString());
        }
        return attributes;
    }
}
