package io.millrace.consume;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;

/** Places in logs as short opaque texts that clients carry: numbers of varying length in URL-safe base64. */
public final class PlaceText {

    private PlaceText() {}

    /** Writes the parts of a text. */
    public interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads them back; {@link IOException} and {@link RuntimeException} mean that it is no such text. */
    public interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    /** The text of what {@code writer} writes. */
    public static String of(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writer.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /**
     * What {@code reader} reads from the text.
     *
     * @throws IllegalArgumentException if that is not what the text holds
     */
    public static <T> T read(String text, Reader<T> reader) {
        try (DataInputStream in = new DataInputStream(
                new ByteArrayInputStream(Base64.getUrlDecoder().decode(text)))) {
            return reader.read(in);
        } catch (IOException | RuntimeException other) {
            throw new IllegalArgumentException("not such a text", other);
        }
    }

    /** Writes a number that is not negative. */
    public static void putNumber(DataOutputStream out, long value) throws IOException {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.writeByte((int) (left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.writeByte((int) left);
    }

    /** Reads a number back. */
    public static long number(DataInputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            byte b = in.readByte();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IOException("too long a number");
    }
}
