package io.millrace.log.segment;

import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.Map;
import java.util.TreeMap;

/** Where partitions begin that were trimmed, as the data directory has it: what is told here is on disk. */
final class LogStartOffsets {

    private final DataDirectory directory;
    private Map<TopicPartition, Long> written;

    LogStartOffsets(DataDirectory directory) {
        this.directory = directory;
        this.written = directory.logStartOffsets();
    }

    /** The offset that the partition does not begin before. */
    synchronized long of(TopicPartition partition) {
        return written.getOrDefault(partition, 0L);
    }

    /** Notes that a partition begins there; when the call returns, that survives a crash. */
    synchronized void put(TopicPartition partition, long offset) {
        Map<TopicPartition, Long> offsets = new TreeMap<>(written);
        offsets.put(partition, offset);
        write(offsets);
    }

    /** Forgets a topic: one that gets its name later begins at 0. */
    synchronized void forget(TopicName topic) {
        Map<TopicPartition, Long> offsets = new TreeMap<>(written);
        if (offsets.keySet().removeIf(partition -> partition.topic().equals(topic))) {
            write(offsets);
        }
    }

    private void write(Map<TopicPartition, Long> offsets) {
        directory.writeLogStartOffsets(offsets);
        written = offsets;
    }
}
