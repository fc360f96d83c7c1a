package io.millrace.group;

import io.millrace.consume.PlaceText;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A place in a member's reading: for each partition of which something was delivered, where it goes on, and the grant under
 * which that was read. Clients carry it as an opaque text.
 */
record Cursor(List<Entry> entries) {

    private static final int VERSION = 1;

    /** The place before everything: a poll from there brings what is not committed. */
    static final Cursor BEGIN = new Cursor(List.of());

    /** @param grant the number of the grant under which the partition was read */
    record Entry(TopicPartition partition, long offset, long grant) {}

    /** The text that a client gets. */
    String text() {
        return PlaceText.of(out -> {
            out.writeByte(VERSION);
            String topic = "";
            for (Entry entry : entries) {
                String name = entry.partition().topic().value();
                // An empty name stands for the topic of the entry before.
                out.writeUTF(name.equals(topic) ? "" : name);
                topic = name;
                PlaceText.putNumber(out, entry.partition().partition());
                PlaceText.putNumber(out, entry.offset());
                PlaceText.putNumber(out, entry.grant());
            }
        });
    }

    /** @throws GroupException.InvalidCursor if the text is no cursor */
    static Cursor parse(String text) {
        try {
            return PlaceText.read(text, Cursor::read);
        } catch (IllegalArgumentException noCursor) {
            throw new GroupException.InvalidCursor();
        }
    }

    private static Cursor read(DataInputStream in) throws IOException {
        if (in.readByte() != VERSION) {
            throw new IOException("another version");
        }
        List<Entry> entries = new ArrayList<>();
        String topic = "";
        while (in.available() > 0) {
            String name = in.readUTF();
            topic = name.isEmpty() ? topic : name;
            TopicPartition partition = new TopicPartition(new TopicName(topic), Math.toIntExact(PlaceText.number(in)));
            entries.add(new Entry(partition, PlaceText.number(in), PlaceText.number(in)));
        }
        return new Cursor(entries);
    }
}
