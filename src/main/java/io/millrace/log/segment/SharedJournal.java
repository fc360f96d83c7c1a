package io.millrace.log.segment;

import io.millrace.log.LogException;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where small appends to all partitions become durable together, with one force: it holds copies of what was appended to
 * their segments and is not forced there yet. A start after a crash brings to the segments what they have lost. There are two files,
 * so that one can be written while the partitions of the other force their segments.
 *
 * <p>It is only ever a faster way: where it cannot take something, who asks forces the segment instead.
 */
final class SharedJournal {

    private static final Logger LOG = LoggerFactory.getLogger(SharedJournal.class);

    /** A partition gives it at most so much at a time. What is larger is as well off with a force of its own. */
    static final int MAX_BATCHES_BYTES = 64 * 1024;

    private static final int MIN_WRITE_BYTES = 4096;
    private static final int MAX_WRITE_BYTES = 1024 * 1024;

    private static final int FILES = 2;

    /** Whose appends it holds. */
    interface Partition {

        TopicPartition id();

        /** Whether its topic is still there. */
        boolean isThere();

        /** Makes durable in its segments what the journal has of it, unless its topic is gone; answers whether that is so. */
        boolean settle();
    }

    /** What waits for the next force. */
    private static final class Staged {
        private final Map<TopicPartition, Partition> whose = new HashMap<>();
        private ByteBuffer entries;
        private volatile boolean durable;

        private Staged(int bytes) {
            this.entries = ByteBuffer.allocate(bytes);
        }

        private boolean add(Partition partition, ByteBuffer batches) {
            int bytes = JournalFile.entryBytes(partition.id(), batches.remaining());
            if (entries.position() + bytes > MAX_WRITE_BYTES) {
                return false;
            }
            if (bytes > entries.remaining()) {
                int size = Math.max(2 * entries.capacity(), entries.position() + bytes);
                entries = ByteBuffer.allocate(size).put(entries.flip());
            }
            JournalFile.put(entries, partition.id(), batches);
            whose.put(partition.id(), partition);
            return true;
        }
    }

    private final Disk disk;
    private final Path root;
    private final Executor background;
    private final GroupCommit commit = new GroupCommit(this::write);

    /** Guards what is staged; held for moments only. */
    private final Object staging = new Object();

    private Staged staged = new Staged(MIN_WRITE_BYTES);

    /** Guards the files; held while they are written. */
    private final Object files = new Object();

    private JournalFile current;
    private JournalFile other;
    private long lap;
    private boolean settling;
    private volatile boolean broken;

    /**
     * @param fileBytes how large each of its files may become
     * @param background runs what makes room, which takes long
     */
    SharedJournal(Disk disk, Path root, int fileBytes, Executor background) {
        this.disk = disk;
        this.root = root;
        this.background = background;
        this.current = new JournalFile(disk, root, name(0), fileBytes);
        this.other = new JournalFile(disk, root, name(1), fileBytes);
        current.begin(++lap);
    }

    /** Not the name that a partition's directory may have. */
    private static String name(int number) {
        return "journal." + number;
    }

    /** Makes batches durable that a partition's segment has already; false if it has to see to that itself. */
    boolean commit(Partition partition, ByteBuffer batches) {
        Staged mine;
        synchronized (staging) {
            mine = staged;
            if (broken || !partition.isThere() || !mine.add(partition, batches)) {
                return false;
            }
        }
        commit.await();
        return mine.durable;
    }

    private void write() {
        synchronized (files) {
            Staged taken;
            synchronized (staging) {
                taken = staged;
                staged = new Staged(Math.max(MIN_WRITE_BYTES, taken.entries.position()));
            }
            ByteBuffer entries = taken.entries.flip();
            if (broken || !entries.hasRemaining() || !makeRoomFor(entries.remaining())) {
                return;
            }
            try {
                current.prepare(entries.remaining());
            } catch (LogException noRoom) {
                return;
            }
            try {
                current.append(entries, taken.whose);
                taken.durable = true;
            } catch (LogException failure) {
                // Nothing is known about its end now. What stands before that stays good.
                giveUp(failure);
            }
        }
    }

    private void giveUp(LogException failure) {
        broken = true;
        LOG.error(
                "The journal takes no more until the server is restarted, and each partition forces its own files: {}",
                failure.getMessage());
    }

    private boolean makeRoomFor(int bytes) {
        if (current.hasRoomFor(bytes)) {
            return true;
        }
        if (!other.isSettled()) {
            settleOther();
            return false;
        }
        JournalFile full = current;
        current = other;
        other = full;
        current.begin(++lap);
        settleOther();
        return current.hasRoomFor(bytes);
    }

    private void settleOther() {
        if (settling) {
            return;
        }
        Runnable steps = other.settling();
        settling = true;
        try {
            background.execute(() -> {
                try {
                    steps.run();
                } finally {
                    synchronized (files) {
                        settling = false;
                    }
                }
            });
        } catch (RejectedExecutionException | OutOfMemoryError noThread) {
            // Segments are forced until one can be had.
            settling = false;
        }
    }

    /** Sees to it that a topic that gets this name later is not given what this one has in the journal. */
    void forget(TopicName topic) {
        synchronized (files) {
            write();
            if (current.holds(topic) || other.holds(topic)) {
                empty();
            }
        }
    }

    /** @throws LogException if a partition cannot make durable what it has in here */
    private void empty() {
        // This one is last: it may count as settled only if it takes nothing more before it begins anew.
        settle(other);
        settle(current);
        try {
            current.empty();
            other.empty();
        } catch (LogException failure) {
            giveUp(failure);
            throw failure;
        }
        current.begin(++lap);
    }

    private static void settle(JournalFile file) {
        if (!file.isSettled()) {
            file.settling().run();
        }
        if (!file.isSettled()) {
            throw new LogException.StorageFailed(
                    "A topic's name cannot be given up, as messages of other topics could not be forced: restart the server",
                    null);
        }
    }

    /** Removes the files, this server's or what an earlier one left, as all they hold is in the segments, on disk. */
    void delete() {
        synchronized (files) {
            current.close();
            other.close();
            for (int number = 0; number < FILES; number++) {
                disk.delete(root.resolve(name(number)));
            }
            disk.forceDirectory(root);
        }
    }

    /** What an earlier server left, by partition and in the order of its offsets. */
    Map<TopicPartition, List<ByteBuffer>> read() {
        List<List<JournalFile.Entry>> laps = new ArrayList<>();
        for (int number = 0; number < FILES; number++) {
            if (disk.exists(root.resolve(name(number)))) {
                laps.add(JournalFile.read(disk, root.resolve(name(number))));
            }
        }
        Map<TopicPartition, List<ByteBuffer>> batches = new HashMap<>();
        laps.stream()
                .filter(entries -> !entries.isEmpty())
                .sorted(Comparator.comparingLong(entries -> entries.getFirst().lap()))
                .flatMap(List::stream)
                .forEach(entry -> batches.computeIfAbsent(entry.partition(), p -> new ArrayList<>())
                        .add(entry.batches()));
        return batches;
    }
}
