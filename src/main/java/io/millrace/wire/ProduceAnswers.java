package io.millrace.wire;

import io.millrace.record.TopicName;
import java.util.List;

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

    /** The answer to a batch: {@code {"offsets": [{"partition", "offset", "timestamp"}, ...]}} in the order of the request. */
    public static void batch(JsonOutput out, List<ProducedOffset> stored) {
        out.putAscii("{\"offsets\":[");
        for (int i = 0; i < stored.size(); i++) {
            out.putAscii(i == 0 ? "{" : ",{");
            putFields(out, stored.get(i));
        }
        out.putAscii("]}");
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
