package io.millrace.wire;

import io.millrace.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The context attributes of one CloudEvent, by name, in the order in which they came (CloudEvents 1.0.2, section 3). */
final class CloudEventAttributes {

    /** What the names of record headers begin with that hold attributes (Kafka protocol binding, section 3.2.2). */
    static final String HEADER_PREFIX = "ce_";

    static final String SPEC_VERSION = "specversion";
    static final String PARTITION_KEY = "partitionkey";

    private static final List<String> REQUIRED = List.of(SPEC_VERSION, "id", "source", "type");

    private final Map<String, String> values = new LinkedHashMap<>();

    /** @throws MessageRefusal if there can be no attribute of that name and value, or there is one already */
    void put(String name, String value) throws MessageRefusal {
        if (!name.matches("[a-z0-9]{1,64}")) {
            throw new MessageRefusal("is no name of an attribute: use 1 to 64 lower-case letters and digits");
        }
        if (value.isEmpty()) {
            throw new MessageRefusal("must not be empty");
        }
        if (name.equals(SPEC_VERSION) && !value.equals("1.0")) {
            throw new MessageRefusal("must be \"1.0\", not " + NearMiss.quoted(value));
        }
        if (name.equals("time") && !isTime(value)) {
            throw new MessageRefusal(
                    "must be a time in RFC 3339, as 2026-11-23T04:05:06Z, not " + NearMiss.quoted(value));
        }
        if (values.put(name, value) != null) {
            throw new MessageRefusal("is given twice");
        }
    }

    private static boolean isTime(String text) {
        try {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text) != null;
        } catch (DateTimeException noTime) {
            return false;
        }
    }

    /**
     * Checks that nothing is missing.
     *
     * @param prefix what names begin with where the client gave them
     */
    void checkComplete(String prefix) throws MessageRefusal {
        for (String name : REQUIRED) {
            if (!values.containsKey(name)) {
                throw new MessageRefusal("the event has no %s%s: a CloudEvent needs %s"
                        .formatted(prefix, name, String.join(", ", REQUIRED)));
            }
        }
    }

    /** The key of the record: the extension partitionkey, unless another one was asked for. */
    @Nullable
    ByteBuffer key(@Nullable ByteBuffer asked) throws MessageRefusal {
        String partitionKey = values.get(PARTITION_KEY);
        if (partitionKey == null) {
            return asked;
        }
        ByteBuffer key = utf8(partitionKey);
        if (asked != null && !asked.equals(key)) {
            throw new MessageRefusal("the event's partitionkey and the query's key differ: give one of them");
        }
        return key;
    }

    /** The attributes as headers of a record. */
    List<RecordHeader> headers() {
        List<RecordHeader> headers = new ArrayList<>(values.size() + 1);
        values.forEach((name, value) -> headers.add(new RecordHeader(HEADER_PREFIX + name, utf8(value))));
        return headers;
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
