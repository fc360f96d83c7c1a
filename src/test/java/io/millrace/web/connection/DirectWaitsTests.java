package io.millrace.web.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectWaitsTests {

    private static final long LONG = 60_000;
    private static final long SHORT = 1;

    private ServerSocketChannel listener;
    private SocketChannel client;
    private SocketChannel server;

    @BeforeEach
    void connect() throws IOException {
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        client = SocketChannel.open(listener.getLocalAddress());
        server = listener.accept();
        server.configureBlocking(false);
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        server.close();
        listener.close();
    }

    @Test
    void aRequestEndsTheWait() throws IOException {
        try (DirectWaits waits = new DirectWaits(1, LONG);
                DirectWaits.Place place = Objects.requireNonNull(waits.take(server))) {
            send();
            assertThat(place.await()).isTrue();
            receive();
            send();
            assertThat(place.await()).isTrue();
        }
    }

    @Test
    void theEndOfTheConnectionEndsTheWait() throws IOException {
        try (DirectWaits waits = new DirectWaits(1, LONG);
                DirectWaits.Place place = Objects.requireNonNull(waits.take(server))) {
            client.close();
            assertThat(place.await()).isTrue();
        }
    }

    @Test
    void aWaitWithoutARequestIsOverInTime() throws IOException {
        try (DirectWaits waits = new DirectWaits(1, SHORT);
                DirectWaits.Place place = Objects.requireNonNull(waits.take(server))) {
            assertThat(place.await()).isFalse();
        }
    }

    @Test
    void noMoreThanSoManyWaitAtATime() throws IOException {
        try (DirectWaits waits = new DirectWaits(1, LONG)) {
            try (DirectWaits.Place first = waits.take(server)) {
                assertThat(first).isNotNull();
                assertThat(waits.take(server)).isNull();
            }
            try (DirectWaits.Place next = waits.take(server)) {
                assertThat(next).isNotNull();
            }
        }
    }

    @Test
    void aPlaceThatWasGivenBackKnowsNothingOfTheConnectionBefore() throws IOException {
        try (DirectWaits waits = new DirectWaits(1, SHORT);
                SocketChannel other = SocketChannel.open(listener.getLocalAddress());
                SocketChannel otherServer = listener.accept()) {
            assertThat(other.isConnected()).isTrue();
            otherServer.configureBlocking(false);
            Objects.requireNonNull(waits.take(server)).close();
            send();
            try (DirectWaits.Place place = Objects.requireNonNull(waits.take(otherServer))) {
                assertThat(place.await()).isFalse();
            }
        }
    }

    @Test
    void nobodyWaitsAfterTheEnd() throws IOException {
        DirectWaits waits = new DirectWaits(1, LONG);
        waits.close();
        assertThat(waits.take(server)).isNull();
    }

    private void send() throws IOException {
        assertThat(client.write(ByteBuffer.wrap(new byte[] {1}))).isOne();
    }

    private void receive() throws IOException {
        assertThat(server.read(ByteBuffer.allocate(10))).isOne();
    }
}
