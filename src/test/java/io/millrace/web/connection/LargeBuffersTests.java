package io.millrace.web.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.junit.jupiter.api.Test;

class LargeBuffersTests {

    private static final int TOMCATS = 8192;
    private static final int LARGE = 64 * 1024;

    private static SocketBufferHandler buffers() {
        return new SocketBufferHandler(TOMCATS, TOMCATS, false);
    }

    @Test
    void aConnectionKeepsWhatItsBuffersHold() {
        SocketBufferHandler buffers = buffers();
        buffers.configureWriteBufferForWrite();
        buffers.getWriteBuffer().put(new byte[] {1, 2, 3});
        buffers.unReadReadBuffer(ByteBuffer.wrap(new byte[] {4}));

        new LargeBuffers(1 << 20).give(buffers);

        buffers.configureWriteBufferForRead();
        assertThat(buffers.getWriteBuffer().capacity()).isEqualTo(LARGE);
        assertThat(buffers.getWriteBuffer()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        buffers.configureReadBufferForRead();
        assertThat(buffers.getReadBuffer()).isEqualTo(ByteBuffer.wrap(new byte[] {4}));
    }

    @Test
    void noMoreConnectionsGetThemThanTheMemoryBears() {
        LargeBuffers large = new LargeBuffers(3 * LARGE);
        SocketBufferHandler first = buffers();
        SocketBufferHandler second = buffers();
        large.give(first);
        large.give(first);
        large.give(second);
        assertThat(first.getWriteBuffer().capacity()).isEqualTo(LARGE);
        assertThat(second.getWriteBuffer().capacity()).isEqualTo(TOMCATS);
    }
}
