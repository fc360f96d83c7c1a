package io.millrace.web.connection;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads that have answered a request wait themselves for the next one on that connection, a moment and so many of them.
 * A client that sends one request after the other is then served by one thread that the kernel wakes, where Tomcat's poller
 * would have to be told of the connection, woken, and to wake another thread. May be used from any thread.
 */
final class DirectWaits implements AutoCloseable {

    private final int most;
    private final long millis;
    private final AtomicInteger taken = new AtomicInteger();
    private final ConcurrentLinkedDeque<Selector> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /**
     * Nobody waits yet.
     *
     * @param most how many threads may wait at a time
     * @param millis how long each waits for a request, from 1
     */
    DirectWaits(int most, long millis) {
        this.most = most;
        this.millis = millis;
    }

    /** A place to wait for the requests of one connection, given back by closing it; null if all are taken. */
    @Nullable
    Place take(SocketChannel channel) throws IOException {
        if (taken.incrementAndGet() > most || closed) {
            taken.decrementAndGet();
            return null;
        }
        Selector selector = idle.pollFirst();
        try {
            return new Place(selector == null ? Selector.open() : selector, channel);
        } catch (IOException | RuntimeException failure) {
            taken.decrementAndGet();
            throw failure;
        }
    }

    /** Lets go of what idle places hold; what is taken goes when it is given back. */
    @Override
    public void close() throws IOException {
        closed = true;
        for (Selector selector = idle.pollFirst(); selector != null; selector = idle.pollFirst()) {
            selector.close();
        }
    }

    /** Where one thread waits for one connection. */
    final class Place implements AutoCloseable {

        private final Selector selector;
        private final SelectionKey key;

        private Place(Selector selector, SocketChannel channel) throws IOException {
            this.selector = selector;
            this.key = channel.register(selector, SelectionKey.OP_READ);
        }

        /** Whether there is something to read, the end of the connection too, before the time is over. */
        boolean await() throws IOException {
            try {
                int ready = selector.select(millis);
                selector.selectedKeys().clear();
                return ready > 0 && key.isValid();
            } catch (ClosedSelectorException ended) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            key.cancel();
            // The connection is let go of here, so that nobody is woken for it later.
            selector.selectNow();
            taken.decrementAndGet();
            idle.addFirst(selector);
            if (closed) {
                DirectWaits.this.close();
            }
        }
    }
}
