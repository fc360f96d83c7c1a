package io.millrace.log.segment;

import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One of the files of a {@link SharedJournal}. It is filled with zeros a step ahead of what is written, and written over from its
 * beginning when it has been full: a force of bytes that were there before is one write of the disk, without the file system's
 * own journal. Entries stand one behind the other:
 *
 * <pre>
 *  0  length of all that follows the checksum (4)
 *  4  CRC-32C of that (4)
 *  8  lap (8)                 how often the journal had begun a file when it was written
 * 16  partition (4)
 * 20  length of the topic's name (4), its name
 *     batches
 * </pre>
 *
 * What an earlier lap left behind the last entry is known by its lap.
 */
final class JournalFile {

    private static final int STEP_BYTES = 256 * 1024;
    private static final int CHECKED_FROM = 8;
    private static final int PARTITION_POSITION = 16;
    private static final int FIXED_BYTES = 24;

    private final Disk disk;
    private final Path directory;
    private final Path path;
    private final int maxBytes;
    private Disk.@Nullable File file;
    private long lap;
    private int position;
    private int filled;

    /** Whose entries can be read in it: those of an earlier lap can until the first of this one is written. */
    private final Map<TopicPartition, SharedJournal.Partition> partitions = new HashMap<>();
    /** The lap up to which all of those are in their segments, on disk. */
    private volatile long settledLap;

    /** @param maxBytes how large it may become */
    JournalFile(Disk disk, Path directory, String name, int maxBytes) {
        this.maxBytes = maxBytes;
        this.disk = disk;
        this.directory = directory;
        this.path = directory.resolve(name);
    }

    /** How many bytes an entry takes. */
    static int entryBytes(TopicPartition partition, int batchesBytes) {
        return FIXED_BYTES + partition.topic().value().length() + batchesBytes;
    }

    /** Writes an entry, whose lap and checksum are not known yet. */
    static void put(ByteBuffer target, TopicPartition partition, ByteBuffer batches) {
        int start = target.position();
        byte[] name = partition.topic().value().getBytes(StandardCharsets.US_ASCII);
        target.position(start + PARTITION_POSITION);
        target.putInt(partition.partition()).putInt(name.length).put(name).put(batches.duplicate());
        target.putInt(start, target.position() - start - CHECKED_FROM);
    }

    /** Begins to write over it; all that was in it must be settled. */
    void begin(long newLap) {
        lap = newLap;
        position = 0;
    }

    boolean hasRoomFor(int bytes) {
        return position + bytes <= maxBytes;
    }

    /** Fills it as far as the next entries reach. */
    void prepare(int bytes) {
        Disk.File open = open();
        while (filled < position + bytes) {
            int step = Math.min(STEP_BYTES, maxBytes - filled);
            open.write(ByteBuffer.allocate(step), filled);
            filled += step;
        }
    }

    /** Appends entries, for which it is prepared, and forces them. */
    void append(ByteBuffer entries, Map<TopicPartition, SharedJournal.Partition> whose) {
        Disk.File open = open();
        // At once, as a write that fails may have written them all the same.
        partitions.putAll(whose);
        stamp(entries);
        int bytes = entries.remaining();
        open.write(entries, position);
        open.force();
        if (position == 0) {
            partitions.keySet().retainAll(whose.keySet());
        }
        position += bytes;
    }

    private Disk.File open() {
        Disk.File open = file;
        if (open == null) {
            open = disk.open(path);
            disk.forceDirectory(directory);
            file = open;
        }
        return open;
    }

    private void stamp(ByteBuffer entries) {
        CRC32C checksum = new CRC32C();
        int start = entries.position();
        while (start < entries.limit()) {
            int length = entries.getInt(start);
            entries.putLong(start + CHECKED_FROM, lap);
            checksum.reset();
            checksum.update(entries.slice(start + CHECKED_FROM, length));
            entries.putInt(start + 4, (int) checksum.getValue());
            start += CHECKED_FROM + length;
        }
    }

    /** What has all partitions in it bring their entries to their segments, on disk; they are all tried again if one cannot. */
    Runnable settling() {
        long settling = lap;
        List<SharedJournal.Partition> whose = List.copyOf(partitions.values());
        return () -> {
            if (whose.stream().allMatch(SharedJournal.Partition::settle)) {
                settledLap = settling;
            }
        };
    }

    boolean isSettled() {
        return settledLap == lap;
    }

    boolean holds(TopicName topic) {
        return partitions.keySet().stream()
                .anyMatch(partition -> partition.topic().equals(topic));
    }

    /** Makes it end before its first entry, on disk; it takes no more before {@link #begin}. */
    void empty() {
        if (!partitions.isEmpty()) {
            Disk.File open = open();
            open.write(ByteBuffer.allocate(FIXED_BYTES), 0);
            open.force();
            partitions.clear();
        }
    }

    void close() {
        Disk.File open = file;
        file = null;
        filled = 0;
        if (open != null) {
            open.close();
        }
    }

    /** An entry, as a start after a crash finds it. */
    record Entry(long lap, TopicPartition partition, ByteBuffer batches) {}

    /** The entries of a file that are whole, in the order in which they were written. */
    static List<Entry> read(Disk disk, Path path) {
        ByteBuffer bytes;
        try (Disk.File file = disk.open(path)) {
            bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
        }
        bytes.flip();
        List<Entry> entries = new ArrayList<>();
        Entry entry = next(bytes);
        while (entry != null && entry.lap() == (entries.isEmpty() ? entry : entries.getFirst()).lap()) {
            entries.add(entry);
            entry = next(bytes);
        }
        return entries;
    }

    private static @Nullable Entry next(ByteBuffer bytes) {
        int start = bytes.position();
        if (bytes.remaining() < FIXED_BYTES) {
            return null;
        }
        int length = bytes.getInt(start);
        if (length < FIXED_BYTES - CHECKED_FROM || length > bytes.remaining() - CHECKED_FROM) {
            return null;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.slice(start + CHECKED_FROM, length));
        if (bytes.getInt(start + 4) != (int) checksum.getValue()) {
            return null;
        }
        int partition = bytes.getInt(start + PARTITION_POSITION);
        byte[] name = new byte[bytes.getInt(start + FIXED_BYTES - 4)];
        byte[] batches = new byte[CHECKED_FROM + length - FIXED_BYTES - name.length];
        bytes.position(start + FIXED_BYTES);
        bytes.get(name).get(batches);
        return new Entry(
                bytes.getLong(start + CHECKED_FROM),
                new TopicPartition(new TopicName(new String(name, StandardCharsets.US_ASCII)), partition),
                ByteBuffer.wrap(batches));
    }
}
