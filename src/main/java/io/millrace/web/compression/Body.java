package io.millrace.web.compression;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/** The output of a {@link CompressibleResponse}. */
final class Body extends ServletOutputStream {

    private final CompressibleResponse response;

    Body(CompressibleResponse response) {
        this.response = response;
    }

    @Override
    public void write(int b) throws IOException {
        response.write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        response.write(bytes, from, length);
    }

    @Override
    public void flush() throws IOException {
        response.flushStream();
    }

    @Override
    public void close() throws IOException {
        response.finish();
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        throw new IllegalStateException("Answers are written with calls that may wait");
    }
}
