package io.millrace.group;

import io.millrace.record.InvalidNameException;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A place in a member's reading: for each partition of which something was delivered, where it goes on, and the grant under
 * which that was read. Clients carry it as an opaque text.
 */
record Cursor(List<Entry> entries) {

    private static final int VERSION = 1;

    /** @param grant the number of the grant under which the partition was read */
    record Entry(TopicPartition partition, long offset, long grant) {}

    /** The text that a client gets. */
    String text() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            String topic = "";
            for (Entry entry : entries) {
                String name = entry.partition().topic().value();
                // An empty name stands for the topic of the entry before.
                out.writeUTF(name.equals(topic) ? "" : name);
                topic = name;
                writeVarLong(out, entry.partition().partition());
                writeVarLong(out, entry.offset());
                writeVarLong(out, entry.grant());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /** @throws GroupException.InvalidCursor if the text is no cursor */
    static Cursor parse(String text) {
        List<Entry> entries = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(
                new ByteArrayInputStream(Base64.getUrlDecoder().decode(text)))) {
            if (in.readByte() != VERSION) {
                throw new GroupException.InvalidCursor();
            }
            String topic = "";
            while (in.available() > 0) {
                String name = in.readUTF();
                topic = name.isEmpty() ? topic : name;
                TopicPartition partition = new TopicPartition(new TopicName(topic), Math.toIntExact(readVarLong(in)));
                entries.add(new Entry(partition, readVarLong(in), readVarLong(in)));
            }
        } catch (IOException | InvalidNameException | ArithmeticException noCursor) {
            throw new GroupException.InvalidCursor();
        } catch (IllegalArgumentException noBase64) {
            throw new GroupException.InvalidCursor();
        }
        return new Cursor(entries);
    }

    private static void writeVarLong(DataOutputStream out, long value) throws IOException {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.writeByte((int) (left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.writeByte((int) left);
    }

    private static long readVarLong(DataInputStream in) throws IOException {
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
