package io.millrace.web.connection;

import jakarta.servlet.ServletConnection;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** The connection that a request came over: whether its client is still at the other end, and its thread may be held. */
public final class ClientConnection implements ServletConnection {

    private final ServletConnection connection;
    private final SocketWrapperBase<?> socket;
    private final LargeBuffers largeBuffers;
    private final long holdMillis;

    /** @param holdMillis how long a request may hold its thread to wait for its answer */
    ClientConnection(
            ServletConnection connection, SocketWrapperBase<?> socket, LargeBuffers largeBuffers, long holdMillis) {
        this.connection = connection;
        this.socket = socket;
        this.largeBuffers = largeBuffers;
        this.holdMillis = holdMillis;
    }

    /** Tells that so many bytes of the answer come now, for those who send them to be prepared; by the thread that writes them. */
    public static void expect(HttpServletRequest request, int bytes) {
        if (bytes >= LargeBuffers.WORTH_BYTES && request.getServletConnection() instanceof ClientConnection client) {
            client.largeBuffers.give(client.socket.getSocketBufferHandler());
        }
    }

    /**
     * How long the request may hold its thread to wait for its answer: a moment if the thread is one of those that would
     * wait for the next request of the connection anyway, else not at all.
     */
    public static Duration mayHold(HttpServletRequest request) {
        return request.getServletConnection() instanceof ClientConnection client
                ? Duration.ofMillis(client.holdMillis)
                : Duration.ZERO;
    }

    /**
     * Whether the client of the request is still connected, as far as the operating system knows: a client that closed its
     * side, or was killed, has gone; one whose network fell silent has not. To be asked only by the one thread that is
     * about to answer the request. True where the server cannot tell.
     */
    public static boolean isOpen(HttpServletRequest request) {
        return !(request.getServletConnection() instanceof ClientConnection client) || client.isOpen();
    }

    private boolean isOpen() {
        ByteBuffer probe = ByteBuffer.allocate(1);
        try {
            int read = socket.read(false, probe);
            if (read > 0) {
                // The first byte of a request that follows on the same connection.
                socket.unRead(probe.flip());
            }
            return read >= 0;
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public String getConnectionId() {
        return connection.getConnectionId();
    }

    @Override
    public String getProtocol() {
        return connection.getProtocol();
    }

    @Override
    public String getProtocolConnectionId() {
        return connection.getProtocolConnectionId();
    }

    @Override
    public boolean isSecure() {
        return connection.isSecure();
    }
}
