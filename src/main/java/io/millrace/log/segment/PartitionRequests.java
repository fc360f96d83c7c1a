package io.millrace.log.segment;

import io.millrace.log.Remembered;
import io.millrace.log.batch.EncodedBatch;
import io.millrace.record.ProducerStamp;
import io.millrace.record.RequestId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a partition remembers of requests and producers, and the file that it writes that down in. For one thread at a time. */
final class PartitionRequests {

    private final PartitionMemory memory;
    private final MemoryFile file;
    /** What was recovered from records below the recovery point has to be written down before that is. */
    private volatile boolean behind;

    PartitionRequests(PartitionMemory memory, MemoryFile file) {
        this.memory = memory;
        this.file = file;
        this.behind = memory.isChanged();
    }

    /** What is known of a request here. */
    @Nullable
    Remembered find(RequestId request, long nowMillis) {
        return memory.request(request, nowMillis);
    }

    /** The offsets of those of a producer's records, the first ones, that are stored already. */
    List<Long> stored(@Nullable ProducerStamp stamp, int count) {
        ProducerState state = stamp == null ? null : memory.producer(stamp.producerId());
        return state == null || stamp == null ? List.of() : state.offsets(stamp.sequence(), state.stored(stamp, count));
    }

    /** Takes note of batches that were appended from an offset on. */
    void note(List<EncodedBatch> batches, long baseOffset) {
        long offset = baseOffset;
        for (EncodedBatch batch : batches) {
            memory.note(batch.producer(), batch.mark(), offset, batch.recordCount(), batch.maxTimestamp());
            offset += batch.recordCount();
        }
    }

    /** Whether the file lacks something that a start will not look for in the log. */
    boolean isBehind() {
        return behind;
    }

    /** What is to be written down, if something is; until it is written, the file is behind. */
    Optional<ByteBuffer> take(long nextOffset) {
        boolean changed = memory.takeChanged();
        if (!changed && !behind) {
            return Optional.empty();
        }
        behind = true;
        return Optional.of(MemoryFile.encode(memory, nextOffset));
    }

    /** Writes down what was taken. */
    void write(Optional<ByteBuffer> taken) {
        taken.ifPresent(file::write);
        behind = false;
    }
}
