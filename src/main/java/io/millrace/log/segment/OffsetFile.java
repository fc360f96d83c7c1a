package io.millrace.log.segment;

import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An offset for each partition in a file of Kafka's format: a version, a count, and a line for each. */
record OffsetFile(TextFile file) {

    private static final int VERSION = 0;

    /** What was last written; nothing where that cannot be read. */
    Map<TopicPartition, Long> read() {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        if (file.isThere()) {
            String[] lines = file.read().split("\n", -1);
            for (int i = 2; i < lines.length; i++) {
                String[] fields = lines[i].split(" ", -1);
                if (fields.length == 3) {
                    offsets.put(
                            new TopicPartition(new TopicName(fields[0]), Integer.parseInt(fields[1])),
                            Long.parseLong(fields[2]));
                }
            }
        }
        return offsets;
    }

    void write(Map<TopicPartition, Long> offsets) {
        List<String> lines = new ArrayList<>();
        lines.add(Integer.toString(VERSION));
        lines.add(Integer.toString(offsets.size()));
        new TreeMap<>(offsets).forEach((id, offset) -> lines.add(id.topic() + " " + id.partition() + " " + offset));
        file.replace(String.join("\n", lines) + "\n");
    }
}
