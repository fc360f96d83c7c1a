package io.millrace.wire;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as CloudEvents 1.0. A record that holds an event in either mode of their Kafka binding gives that event;
 * any other is put into an event of type {@value #MESSAGE_TYPE}, so that no record hides those behind it. Safe for use by
 * many threads, each with an output of its own.
 */
public final class CloudEventWriter {

    /** The type of events made of records that hold none. */
    public static final String MESSAGE_TYPE = "io.millrace.message";

    /** The last millisecond of the year 9999, the last that RFC 3339 has a notation for. */
    private static final long LAST_TIME = 253_402_300_799_999L;

    private final ValueWriter values;

    /** @param validateJson as for {@link MessageWriter} */
    public CloudEventWriter(boolean validateJson) {
        this.values = new ValueWriter(validateJson);
    }

    /**
     * An event whose attributes go beside its data, which is the value of the record.
     *
     * @param attributes all but {@code datacontenttype}, in their canonical string form
     * @param contentType its {@code datacontenttype}; null if it has none
     */
    public record Binary(
            Map<String, String> attributes, @Nullable String contentType) {}

    /** The event that a record holds in binary mode; null if it holds none so. */
    public @Nullable Binary binary(StoredRecord record) {
        ContentType type = RecordContentType.of(record.headers());
        if (type != null && CloudEventTypes.isEnvelope(type.text())) {
            return null;
        }
        CloudEventAttributes attributes = CloudEventAttributes.of(record.headers());
        return attributes == null ? null : new Binary(attributes.values(), type == null ? null : type.text());
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

    /** Writes one event in JSON. */
    public void event(JsonOutput out, TopicPartition from, StoredRecord record) {
        ContentType type = RecordContentType.of(record.headers());
        if (type != null && CloudEventTypes.isEvent(type.text()) && putStructured(out, record.value())) {
            return;
        }
        Binary event = binary(record);
        if (event != null) {
            char separator = '{';
            for (Map.Entry<String, String> attribute : event.attributes().entrySet()) {
                out.put(separator);
                putMember(out, attribute.getKey(), attribute.getValue());
                separator = ',';
            }
        } else {
            putPlace(out, from, record);
            // Of a value without a type more is known than nothing: what it looks like, as it is shown elsewhere.
            type = record.value() == null ? type : ContentType.parse(RawValue.contentType(record));
        }
        if (type != null) {
            out.put(',');
            putMember(out, CloudEventAttributes.CONTENT_TYPE, type.text());
        }
        if (record.value() != null) {
            putData(out, record.value(), type);
        }
        out.put('}');
    }

    /** Writes the event that a value is; false, with nothing written, if it is none. */
    private static boolean putStructured(JsonOutput out, @Nullable ByteBuffer value) {
        if (value == null) {
            return false;
        }
        int mark = out.length();
        out.put(value);
        boolean event;
        try {
            CloudEventReader.event(out.array(), mark, out.length(), Integer.MAX_VALUE);
            event = !JsonEncoding.startsWithMark(out.array(), mark, out.length());
        } catch (MessageRefusal | MalformedJsonException notOne) {
            event = false;
        }
        if (!event) {
            out.truncate(mark);
        }
        return event;
    }

    /** Writes what identifies a record that holds no event, as the attributes of one. */
    private static void putPlace(JsonOutput out, TopicPartition from, StoredRecord record) {
        String topic = from.topic().value();
        out.put('{');
        putMember(out, "specversion", "1.0");
        out.put(',');
        putMember(out, "id", topic + "/" + from.partition() + "/" + record.offset());
        out.put(',');
        putMember(out, "source", "/topics/" + topic + "/partitions/" + from.partition());
        out.put(',');
        putMember(out, "type", MESSAGE_TYPE);
        if (record.timestamp() >= 0 && record.timestamp() <= LAST_TIME) {
            out.putAscii(",\"time\":");
            out.putTimestamp(record.timestamp());
        }
        String key = record.key() == null ? null : text(record.key());
        if (key != null) {
            out.put(',');
            putMember(out, CloudEventAttributes.PARTITION_KEY, key);
        }
    }

    /** The key as an attribute can hold it; null if none can. */
    private static @Nullable String text(ByteBuffer key) {
        byte[] bytes = new byte[key.remaining()];
        key.get(key.position(), bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean legal = Utf8.isValid(bytes, 0, bytes.length) && !text.isEmpty() && CloudEventRules.isText(text);
        return legal ? text : null;
    }

    private static void putMember(JsonOutput out, String name, String value) {
        out.putString(name);
        out.put(':');
        out.putString(value);
    }

    /** Writes the data so that its very bytes can be read from it: a string where they are text in UTF-8. */
    private void putData(JsonOutput out, ByteBuffer value, @Nullable ContentType type) {
        int mark = out.length();
        out.putAscii(",\"data\":");
        // Without a type, data that is no base64 is JSON (JSON Event Format, section 3.1).
        boolean shown = type == null
                ? ValueWriter.putIfContainer(out, value)
                : StandardCharsets.UTF_8.equals(type.charset()) && values.put(out, value, type);
        if (!shown) {
            out.truncate(mark);
            out.putAscii(",\"data_base64\":");
            out.putBase64(value);
        }
    }
}
