package io.millrace.log.segment;

import io.millrace.log.RequestSettings;
import io.millrace.log.TopicSettings;
import io.millrace.log.batch.BatchView;
import io.millrace.log.batch.ScanMemory;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a partition's segments back at start. After a clean stop all of them are trusted. After a crash those below the
 * recovery point are, since they were forced before it was written; the others are read batch by batch and cut at the
 * first byte that is not what was written.
 */
final class Recovery {

    /**
     * What was written down of a partition.
     *
     * @param clean whether the last stop was a clean one
     * @param recoveryPoint the offset up to which segments and indexes were forced
     * @param logStart the offset that it does not begin before: it was trimmed to there
     * @param journaled what the {@link SharedJournal} has of it
     */
    record Known(boolean clean, long recoveryPoint, long logStart, List<ByteBuffer> journaled) {

        /** Of a partition that is made now. */
        static final Known NEW = new Known(true, 0, 0, List.of());
    }

    private final Disk disk;

    private final RequestSettings settings;
    private final FreeSpace space;
    private final FreeSpace unguarded;
    private final SharedJournal journal;

    /**
     * @param space what the topics of clients take from; the server's own take what there is
     * @param journal the one that partitions use when they are open
     */
    Recovery(Disk disk, RequestSettings settings, FreeSpace space, FreeSpace unguarded, SharedJournal journal) {
        this.disk = disk;
        this.settings = settings;
        this.space = space;
        this.unguarded = unguarded;
        this.journal = journal;
    }

    /** Opens the partition in {@code directory}, which is made if it is not there. */
    PartitionLog open(TopicPartition id, Path directory, TopicSettings topic, Known known) {
        SegmentRewrite.recover(disk, directory);
        List<Segment> segments = segments(directory);
        deleteBelow(known.logStart(), segments);
        long end = known.clean() ? trust(segments) : check(segments, known.recoveryPoint());
        end = replay(known.journaled(), segments, end);
        if (segments.isEmpty() || end < known.logStart()) {
            // What was written and trimmed was not forced, and is gone. Its offsets must not come again.
            segments.forEach(Segment::delete);
            segments.clear();
            segments.add(create(directory, known.logStart()));
            end = known.logStart();
        }
        Segments opened = new Segments(disk, directory, segments, known.logStart());
        MemoryFile memoryFile = new MemoryFile(disk, directory);
        PartitionMemory memory = remember(memoryFile, segments, known, end);
        segments.forEach(Segment::release);
        return new PartitionLog(
                id,
                topic,
                opened,
                end,
                new PartitionRequests(memory, memoryFile),
                id.topic().isReserved() ? unguarded : space,
                journal);
    }

    /** What is not in the file stands in the records beyond the recovery point. */
    private PartitionMemory remember(MemoryFile file, List<Segment> segments, Known known, long end) {
        MemoryFile.Content content = file.read(settings);
        PartitionMemory memory = content == null ? new PartitionMemory(settings) : content.memory();
        boolean whole = content == null || content.whole();
        if (known.clean() && whole) {
            return memory;
        }
        memory.forgetFrom(end);
        long noted = content == null ? 0 : content.offset();
        noteFrom(whole ? Math.max(noted, known.recoveryPoint()) : 0, segments, memory);
        return memory;
    }

    private static void noteFrom(long from, List<Segment> segments, PartitionMemory memory) {
        for (int i = 0; i < segments.size(); i++) {
            if (i + 1 < segments.size() && segments.get(i + 1).baseOffset() <= from) {
                continue;
            }
            Segment segment = segments.get(i);
            BatchScan scan = segment.scanFrom(from, BatchScan.LARGE_CHUNK_BYTES);
            while (scan.next()) {
                BatchView batch = scan.batch();
                if (batch.baseOffset() >= from) {
                    memory.note(
                            batch.producer(),
                            batch.mark(),
                            batch.baseOffset(),
                            (int) (batch.lastOffset() - batch.baseOffset() + 1),
                            batch.maxTimestamp());
                }
            }
        }
    }

    /** Deletes the segments that hold nothing from {@code logStart} on. */
    private static void deleteBelow(long logStart, List<Segment> segments) {
        while (segments.size() > 1 && segments.get(1).baseOffset() <= logStart) {
            segments.removeFirst().delete();
        }
    }

    private List<Segment> segments(Path directory) {
        List<Segment> segments = new ArrayList<>();
        disk.list(directory).stream()
                .mapToLong(Segment::baseOffsetOf)
                .filter(offset -> offset >= 0)
                .sorted()
                .forEach(offset -> segments.add(new Segment(disk, directory, offset)));
        return segments;
    }

    private Segment create(Path directory, long baseOffset) {
        disk.createDirectories(directory);
        Segment first = new Segment(disk, directory, baseOffset);
        first.create();
        disk.forceDirectory(directory);
        return first;
    }

    private static long trust(List<Segment> segments) {
        segments.forEach(Segment::trust);
        return segments.isEmpty() ? 0 : segments.getLast().findEnd();
    }

    /** Brings back from the journal what was lost at the end; returns where it is now. */
    private static long replay(List<ByteBuffer> journaled, List<Segment> segments, long end) {
        if (segments.isEmpty()) {
            return end;
        }
        long newEnd = end;
        ScanMemory memory = new ScanMemory();
        for (ByteBuffer batches : journaled) {
            int position = 0;
            while (position < batches.limit()) {
                BatchView batch = BatchView.at(batches, position, memory);
                // What was forced in the segments was not journaled, or is in both, so there is no gap.
                if (batch.baseOffset() == newEnd) {
                    segments.getLast().append(batches.slice(position, batch.size()), batch);
                    newEnd = batch.lastOffset() + 1;
                }
                position += batch.size();
            }
        }
        if (newEnd != end) {
            segments.getLast().force();
            segments.getLast().indexes().save();
        }
        return newEnd;
    }

    private long check(List<Segment> segments, long recoveryPoint) {
        long end = 0;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            long next = last ? Segment.NONE : segments.get(i + 1).baseOffset();
            segment.trust();
            if (!last && next <= recoveryPoint) {
                continue;
            }
            int sizeBefore = segment.size();
            end = segment.recover(recoveryPoint, next);
            if (end != recoveryPoint || segment.size() != sizeBefore) {
                // What was read back is in the page cache; whether it is on the disk is known only after a force.
                segment.force();
                segment.indexes().save();
            }
            if (segment.size() < sizeBefore && !last) {
                List<Segment> beyond = segments.subList(i + 1, segments.size());
                beyond.forEach(Segment::delete);
                beyond.clear();
            }
        }
        return end;
    }
}
