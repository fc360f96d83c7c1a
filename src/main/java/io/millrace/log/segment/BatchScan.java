package io.millrace.log.segment;

import io.millrace.log.batch.BatchView;
import io.millrace.log.batch.ScanMemory;
import java.nio.ByteBuffer;

/**
 * A walk over the batches of a segment. It reads a chunk at a time into a buffer of its own, so that views into a chunk
 * stay good after the walk has gone on; a batch that is larger than a chunk is read whole.
 */
final class BatchScan {

    /** For a walk that may end soon. */
    static final int SMALL_CHUNK_BYTES = 64 * 1024;

    /** For a walk that goes to the end. */
    static final int LARGE_CHUNK_BYTES = 1024 * 1024;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Segment segment;
    private final int limit;
    private final int chunkBytes;
    private final ScanMemory memory = new ScanMemory();

    private ByteBuffer chunk = EMPTY;
    private int chunkPosition;
    private int position;
    private int nextPosition;
    private long bytesRead;

    /**
     * @param position the start of a batch
     * @param limit where the walk ends at the latest
     * @param chunkBytes how much is read at a time, unless a batch is larger
     */
    BatchScan(Segment segment, int position, int limit, int chunkBytes) {
        this.segment = segment;
        this.limit = limit;
        this.chunkBytes = chunkBytes;
        this.chunkPosition = position;
        this.position = position;
        this.nextPosition = position;
    }

    /** Goes to the next whole batch; false at the limit, and at bytes that are none. */
    boolean next() {
        position = nextPosition;
        int size = BatchView.sizeAt(chunk, position - chunkPosition);
        if (size < 0 || size > chunkPosition + chunk.limit() - position) {
            read(chunkBytes);
            size = BatchView.sizeAt(chunk, 0);
            if (size < 0 || size > limit - position) {
                return false;
            }
            if (size > chunk.limit()) {
                read(size);
                if (size > chunk.limit()) {
                    return false;
                }
            }
        }
        nextPosition = position + size;
        return true;
    }

    private void read(int bytes) {
        chunk = segment.read(position, Math.min(bytes, limit - position));
        chunkPosition = position;
        bytesRead += chunk.limit();
    }

    /** The size of all chunks that it has read. */
    long bytesRead() {
        return bytesRead;
    }

    /** The batch that the walk stands at. */
    BatchView batch() {
        return BatchView.at(chunk, position - chunkPosition, memory);
    }

    /** Where that batch begins in the segment; after a walk that ended, where it ended. */
    int position() {
        return position;
    }
}
