package io.millrace.produce;

import io.millrace.record.Checkpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** The digest of what a request holds, to tell it from others. */
public final class ContentDigest {

    private final MessageDigest sha256;
    private long lines;

    /** The digest of nothing. */
    public ContentDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Adds a text, or that there is none. */
    public ContentDigest add(@Nullable String text) {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(Integer.BYTES)
                .putInt(text == null ? -1 : bytes.length)
                .flip());
        sha256.update(bytes);
        return this;
    }

    /** Adds bytes, after which nothing else is added. */
    public ContentDigest add(byte[] bytes, int length) {
        sha256.update(bytes, 0, length);
        return this;
    }

    /** Adds a line. */
    void line(byte[] bytes, int from, int length) {
        sha256.update(bytes, from, length);
        sha256.update((byte) '\n');
        lines++;
    }

    /** How many lines were added. */
    long lines() {
        return lines;
    }

    /** 64 bits of the digest of what was added so far. */
    public long value() {
        try {
            return ByteBuffer.wrap(((MessageDigest) sha256.clone()).digest()).getLong();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 of this platform cannot be asked on the way", e);
        }
    }

    /** What the lines so far were. */
    Checkpoint checkpoint() {
        return new Checkpoint(lines, value());
    }
}
