package io.millrace.wire;

import io.millrace.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the attributes of one event, all but {@code datacontenttype}, and keeps them as the binary mode of the Kafka
 * binding does (CloudEvents 1.0, Kafka Protocol Binding, section 3.2.3): each in a record header of its own.
 */
final class CloudEventAttributes {

    /** What the names of attributes are prefixed with as record headers. */
    static final String HEADER_PREFIX = "ce_";

    /** The attribute that is kept in the header {@code content-type} instead. */
    static final String CONTENT_TYPE = "datacontenttype";

    /** From the extension "Partitioning"; the key of the record, unless another one was given. */
    static final String PARTITION_KEY = "partitionkey";

    private static final List<String> REQUIRED = List.of("specversion", "id", "source", "type");

    private final String label;
    private final Map<String, String> values = new LinkedHashMap<>();

    /** @param label how an error calls the attribute {@code %s} */
    CloudEventAttributes(String label) {
        this.label = label;
    }

    /** The attributes in the headers of a record, checked; null if it is no event in binary mode. */
    static @Nullable CloudEventAttributes of(List<RecordHeader> headers) {
        CloudEventAttributes attributes = new CloudEventAttributes("attribute '%s'");
        try {
            for (RecordHeader header : headers) {
                ByteBuffer value = header.value();
                String name = header.name();
                if (value != null && name.startsWith(HEADER_PREFIX) && !name.equals(HEADER_PREFIX + CONTENT_TYPE)) {
                    attributes.put(name.substring(HEADER_PREFIX.length()), text(value));
                }
            }
            attributes.requireAll();
            return attributes;
        } catch (MessageRefusal | CharacterCodingException noEvent) {
            return null;
        }
    }

    private static String text(ByteBuffer utf8) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(utf8.duplicate()).toString();
    }

    void put(String name, String value) throws MessageRefusal {
        try {
            CloudEventRules.check(name, value);
            if (values.putIfAbsent(name, value) != null) {
                throw new MessageRefusal("is given twice");
            }
        } catch (MessageRefusal e) {
            throw e.about(labelled(name));
        }
    }

    /** @throws MessageRefusal if one is missing that every event has */
    void requireAll() throws MessageRefusal {
        for (String name : REQUIRED) {
            if (!values.containsKey(name)) {
                throw new MessageRefusal(
                        labelled(name) + " is missing: every event has " + String.join(", ", REQUIRED));
            }
        }
    }

    /** The name as errors call it, and short enough for one. */
    String labelled(String name) {
        String quoted = NearMiss.quoted(name);
        return label.formatted(quoted.substring(1, quoted.length() - 1));
    }

    /** Names and values in the order in which they came. */
    Map<String, String> values() {
        return values;
    }

    /** The key that the event names itself; null if it names none. */
    @Nullable
    ByteBuffer partitionKey() {
        String key = values.get(PARTITION_KEY);
        return key == null ? null : ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
    }

    /** The attributes as record headers, with other ones behind them. */
    List<RecordHeader> asHeaders(List<RecordHeader> others) {
        List<RecordHeader> headers = new ArrayList<>(values.size() + others.size());
        values.forEach((name, value) -> headers.add(RecordHeader.text(HEADER_PREFIX + name, value)));
        headers.addAll(others);
        return headers;
    }
}
