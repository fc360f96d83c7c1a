package io.millrace.web.connection;

import jakarta.servlet.ServletConnection;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1 connector whose requests know their {@link ClientConnection}, and whose threads wait for the next request of
 * a client that is quick ({@link DirectWaits}); made by Tomcat, by name.
 */
public final class ProbingHttp11Protocol extends Http11NioProtocol {

    /** Long enough for the next request of who sends one after the other, too short to be noticed when the server stops. */
    private static final long WAIT_MILLIS = 20;

    /** Bytes, and characters, of an answer that are gathered before they are sent; longer writes pass them by. */
    private static final int GATHERED_BYTES = 1024;

    /** Of the heap, for the larger buffers of connections that send large answers. */
    private static final int LARGE_BUFFERS_PART = 32;

    private final LargeBuffers largeBuffers =
            new LargeBuffers(Runtime.getRuntime().maxMemory() / LARGE_BUFFERS_PART);
    private @Nullable DirectWaits waits;

    @Override
    protected Processor createProcessor() {
        return new ProbingProcessor(this);
    }

    /** Every connection whose request waits has such buffers; ours hardly use them, as they write answers whole. */
    @Override
    public int getDesiredBufferSize() {
        return GATHERED_BYTES;
    }

    /** The other half of the threads is for those who are not waited for. */
    private synchronized DirectWaits waits() {
        if (waits == null) {
            waits = new DirectWaits(getMaxThreads() / 2, WAIT_MILLIS);
        }
        return waits;
    }

    @Override
    public void destroy() throws Exception {
        super.destroy();
        waits().close();
    }

    private static final class ProbingProcessor extends Http11Processor {

        private final DirectWaits waits;
        private final LargeBuffers largeBuffers;
        private boolean waitedFor;

        private ProbingProcessor(ProbingHttp11Protocol protocol) {
            super(protocol, protocol.getAdapter());
            this.waits = protocol.waits();
            this.largeBuffers = protocol.largeBuffers;
        }

        /** Serves what there is, and the requests that follow soon. */
        @Override
        public SocketState process(SocketWrapperBase<?> socket, SocketEvent event) throws IOException {
            SocketState state = super.process(socket, event);
            SocketChannel channel = state == SocketState.OPEN ? plainChannel(socket) : null;
            if (channel == null) {
                return state;
            }
            try (DirectWaits.Place place = waits.take(channel)) {
                waitedFor = place != null;
                while (place != null && state == SocketState.OPEN && place.await()) {
                    state = super.process(socket, SocketEvent.OPEN_READ);
                }
            } finally {
                waitedFor = false;
            }
            return state;
        }

        /** The channel of a connection on which bytes are requests; null if they are encrypted, or it is closed. */
        private static @Nullable SocketChannel plainChannel(SocketWrapperBase<?> socket) {
            return socket.getSocket() instanceof NioChannel channel
                            && channel.getClass() == NioChannel.class
                            && channel.isOpen()
                    ? channel.getIOChannel()
                    : null;
        }

        @Override
        protected ServletConnection getServletConnection() {
            long millis = waitedFor ? WAIT_MILLIS : 0;
            return new ClientConnection(super.getServletConnection(), getSocketWrapper(), largeBuffers, millis);
        }
    }
}
