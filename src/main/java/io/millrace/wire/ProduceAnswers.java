package io.millrace.wire;

import io.millrace.record.TopicName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the answers to produce requests. */
public final class ProduceAnswers {

    private ProduceAnswers() {}

    /** The answer to a request of one message: {@code {"topic", "partition", "offset", "timestamp"}}. */
    public static void single(JsonOutput out, TopicName topic, ProducedOffset stored) {
        out.putAscii("{\"topic\":\"");
        out.putAscii(topic.value());
        out.putAscii("\",");
        putFields(out, stored);
    }

    /**
     * The answer to a batch: {@code {"offsets": [{"partition", "offset", "timestamp"}, ...]}} in the order of the request,
     * with null for a message that was not stored; and, if there are such, {@code "errors": [{"index", "code", "detail"}]}.
     */
    public static void batch(JsonOutput out, List<@Nullable ProducedOffset> stored, List<MessageError> errors) {
        out.putAscii("{\"offsets\":[");
        for (int i = 0; i < stored.size(); i++) {
            ProducedOffset offset = stored.get(i);
            out.putAscii(i == 0 ? "" : ",");
            if (offset == null) {
                out.putAscii("null");
            } else {
                out.put('{');
                putFields(out, offset);
            }
        }
        out.put(']');
        for (int i = 0; i < errors.size(); i++) {
            out.putAscii(i == 0 ? ",\"errors\":[{\"index\":" : ",{\"index\":");
            out.putLong(errors.get(i).index());
            out.putAscii(",\"code\":");
            out.putString(errors.get(i).code());
            out.putAscii(",\"detail\":");
            out.putString(errors.get(i).detail());
            out.putAscii(i == errors.size() - 1 ? "}]" : "}");
        }
        out.put('}');
    }

    private static void putFields(JsonOutput out, ProducedOffset stored) {
        out.putAscii("\"partition\":");
        out.putLong(stored.partition());
        out.putAscii(",\"offset\":");
        out.putLong(stored.offset());
        out.putAscii(",\"timestamp\":");
        out.putTimestamp(stored.timestamp());
        out.put('}');
    }
}
