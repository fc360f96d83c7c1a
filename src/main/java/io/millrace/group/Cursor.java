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
 * which that was read. Clients carry it as an opaque text, which tells the group that it is of: what one group has read is not to
 * be committed for another.
 */
record Cursor(List<Entry> entries) {

    private static final int VERSION = 2;

    /** The place before everything: a poll from there brings what is not committed. */
    static final Cursor BEGIN = new Cursor(List.of());

    /** @param grant the number of the grant under which the partition was read */
    record Entry(TopicPartition partition, long offset, long grant) {}

    /** The text that a client of the group gets. */
    String text(GroupName group) {
        return PlaceText.of(out -> {
            out.writeByte(VERSION);
            out.writeInt(mark(group));
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

    /** @throws GroupException.InvalidCursor if the text is no cursor of the group */
    static Cursor parse(GroupName group, String text) {
        try {
            return PlaceText.read(text, in -> read(group, in));
        } catch (IllegalArgumentException noCursor) {
            throw new GroupException.InvalidCursor();
        }
    }

    /** Tells groups apart well enough to find a mistake. */
    private static int mark(GroupName group) {
        return group.value().hashCode();
    }

    private static Cursor read(GroupName group, DataInputStream in) throws IOException {
        if (in.readByte() != VERSION || in.readInt() != mark(group)) {
            throw new IOException("another version, or another group");
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
