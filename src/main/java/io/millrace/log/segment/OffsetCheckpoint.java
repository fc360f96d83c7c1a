package io.millrace.log.segment;

import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.Map;
import java.util.TreeMap;

/** An offset for each partition, as a file of the data directory has them: what is told here is on disk. */
final class OffsetCheckpoint {

    private final OffsetFile file;
    private Map<TopicPartition, Long> written;

    OffsetCheckpoint(OffsetFile file) {
        this.file = file;
        this.written = file.read();
    }

    /** The partition's offset; 0 where none was noted. */
    synchronized long of(TopicPartition partition) {
        return written.getOrDefault(partition, 0L);
    }

    /** Notes an offset; when the call returns, that survives a crash. */
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
        file.write(offsets);
        written = offsets;
    }
}
