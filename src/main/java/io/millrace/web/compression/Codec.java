package io.millrace.web.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.millrace.config.ContentCoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/** Compresses, in one go or as bytes come. */
final class Codec {

    /** zstd's own default. */
    private static final int ZSTD_LEVEL = 3;

    /** How far back a stream looks, 64 KiB, as a power of two; what zstd would take is some MiB for each stream. */
    private static final int ZSTD_STREAM_WINDOW_LOG = 16;

    private static final int ZSTD_STREAM_TABLE_LOG = 14;

    private static final int GZIP_BUFFER_BYTES = 4096;

    private Codec() {}

    /** All of a body. */
    static ByteBuffer compress(ContentCoding coding, byte[] bytes, int from, int length) throws IOException {
        return switch (coding) {
            case GZIP -> {
                ByteArrayOutputStream compressed = new ByteArrayOutputStream(length / 4);
                try (GZIPOutputStream gzip = new GZIPOutputStream(compressed, GZIP_BUFFER_BYTES)) {
                    gzip.write(bytes, from, length);
                }
                yield ByteBuffer.wrap(compressed.toByteArray());
            }
            case ZSTD -> {
                byte[] compressed = new byte[Math.toIntExact(Zstd.compressBound(length))];
                long size = Zstd.compressByteArray(compressed, 0, compressed.length, bytes, from, length, ZSTD_LEVEL);
                if (Zstd.isError(size)) {
                    throw new IOException("An answer was not compressed: " + Zstd.getErrorName(size));
                }
                yield ByteBuffer.wrap(compressed, 0, Math.toIntExact(size));
            }
        };
    }

    /**
     * A stream whose {@code flush} sends all that was written, so that it can be read; it holds about half a MiB, in part
     * outside of the heap, until it is closed.
     */
    static OutputStream stream(ContentCoding coding, OutputStream out) throws IOException {
        return switch (coding) {
            case GZIP -> new GZIPOutputStream(out, GZIP_BUFFER_BYTES, true);
            case ZSTD ->
                new ZstdOutputStreamNoFinalizer(out, ZSTD_LEVEL)
                        .setWindowLog(ZSTD_STREAM_WINDOW_LOG)
                        .setHashLog(ZSTD_STREAM_TABLE_LOG)
                        .setChainLog(ZSTD_STREAM_TABLE_LOG);
        };
    }
}
