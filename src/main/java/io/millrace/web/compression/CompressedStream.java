package io.millrace.web.compression;

import io.millrace.config.ContentCoding;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** A compressor on its way to a client, which takes memory until it is closed; that may come from any thread. */
final class CompressedStream extends OutputStream {

    private final Outlet outlet;
    private final OutputStream compressor;
    private final Semaphore streams;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param streams gets a permit back when the stream is closed */
    CompressedStream(ContentCoding coding, OutputStream out, Semaphore streams) throws IOException {
        this.outlet = new Outlet(out);
        this.compressor = Codec.stream(coding, outlet);
        this.streams = streams;
    }

    @Override
    public void write(int b) throws IOException {
        compressor.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        compressor.write(bytes, from, length);
    }

    @Override
    public void flush() throws IOException {
        compressor.flush();
    }

    /** Sends the end. */
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            try {
                compressor.close();
            } finally {
                streams.release();
            }
        }
    }

    /** Closes without sending anything more: what was cut off must not pass for a whole. */
    void abandon() {
        outlet.cut = true;
        try {
            close();
        } catch (IOException impossible) {
            throw new IllegalStateException("What goes nowhere could not be written", impossible);
        }
    }

    /** Where it goes; nowhere, once it was cut or has failed, as then the container may have ended the request. */
    private static final class Outlet extends OutputStream {
        private final OutputStream out;
        private volatile boolean cut;

        private Outlet(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            passOn(() -> out.write(bytes, from, length));
        }

        @Override
        public void flush() throws IOException {
            passOn(out::flush);
        }

        private void passOn(Call call) throws IOException {
            if (cut) {
                return;
            }
            try {
                call.run();
            } catch (IOException | RuntimeException failure) {
                cut = true;
                throw failure;
            }
        }
    }

    private interface Call {
        void run() throws IOException;
    }
}
