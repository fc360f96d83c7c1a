package io.millrace.web.connection;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.tomcat.util.net.SocketBufferHandler;

/**
 * Gives connections that send large answers larger buffers, in place of Tomcat's of 8 KB: it writes as much at a time as the buffer
 * is large. They stay as long as the connection, so only so many get them as the memory bears.
 */
final class LargeBuffers {

    /** An answer that is larger is worth it. */
    static final int WORTH_BYTES = 128 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;

    /** A connection has one to read and one to write. */
    private static final int CONNECTION_BYTES = 2 * BUFFER_BYTES;

    private final int limit;
    private final Set<SocketBufferHandler> enlarged = Collections.newSetFromMap(new WeakHashMap<>());

    /** @param bytes how much memory all of them may take */
    LargeBuffers(long bytes) {
        this.limit = (int) Math.min(Integer.MAX_VALUE, bytes / CONNECTION_BYTES);
    }

    /** Enlarges the buffers of a connection, if they are not large and there is memory left; by the thread that uses them. */
    void give(SocketBufferHandler buffers) {
        if (buffers.getWriteBuffer().capacity() < BUFFER_BYTES && mayEnlarge(buffers)) {
            buffers.expand(BUFFER_BYTES);
        }
    }

    private synchronized boolean mayEnlarge(SocketBufferHandler buffers) {
        return enlarged.size() < limit && enlarged.add(buffers);
    }
}
