package io.millrace.log.segment;

import io.millrace.log.Remembered;
import io.millrace.log.RequestSettings;
import io.millrace.record.RequestMark;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file in a partition's directory that holds what the partition remembered when its segments were last known to be on disk.
 * It is written before the recovery point moves, so that all that is newer stands in records beyond that point.
 *
 * <pre>
 *  0  version (4)
 *  4  offset (8)          of the first record that it does not know of
 * 12  requests (4), each: mark, end (8), runs (4), each: base offset (8), count (4)
 *     producers (4), each: id (8), epoch (2), last time (8), runs (4), each: sequence (4), base offset (8), count (4)
 *     CRC-32C of all before (4)
 * </pre>
 */
final class MemoryFile {

    private static final int VERSION = 1;
    private static final int REQUEST_BYTES = RequestMark.BYTES + 12;
    private static final int PRODUCER_BYTES = 22;
    private static final int RUN_BYTES = 16;

    /**
     * What was read from a file.
     *
     * @param offset of the first record that it does not know of; 0 where it was not what was written
     * @param whole whether it was what was written
     */
    record Content(PartitionMemory memory, long offset, boolean whole) {}

    private final Disk disk;
    private final Path path;

    MemoryFile(Disk disk, Path directory) {
        this.disk = disk;
        this.path = directory.resolve("requests.snapshot");
    }

    /** The bytes of a file. */
    static ByteBuffer encode(PartitionMemory memory, long offset) {
        ByteBuffer bytes = ByteBuffer.allocate(size(memory));
        bytes.putInt(VERSION).putLong(offset).putInt(memory.requests().size());
        memory.requests().forEach((_, request) -> {
            request.mark().write(bytes);
            bytes.putLong(request.end()).putInt(request.runs().size());
            for (Remembered.Run run : request.runs()) {
                bytes.putLong(run.baseOffset()).putInt(run.count());
            }
        });
        bytes.putInt(memory.producers().size());
        memory.producers().forEach((id, producer) -> {
            bytes.putLong(id).putShort(producer.epoch()).putLong(producer.lastTimeMillis());
            bytes.putInt(producer.runs().size());
            for (ProducerState.Run run : producer.runs()) {
                bytes.putInt(run.sequence()).putLong(run.baseOffset()).putInt(run.count());
            }
        });
        bytes.putInt(checksum(bytes.array(), bytes.position()));
        return bytes.flip();
    }

    private static int size(PartitionMemory memory) {
        int[] bytes = {32};
        memory.requests()
                .forEach((_, request) ->
                        bytes[0] += REQUEST_BYTES + RUN_BYTES * request.runs().size());
        memory.producers()
                .values()
                .forEach(producer ->
                        bytes[0] += PRODUCER_BYTES + RUN_BYTES * producer.runs().size());
        return bytes[0];
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Replaces the file. */
    void write(ByteBuffer content) {
        Path draft = path.resolveSibling(path.getFileName() + "~");
        try (Disk.File file = disk.open(draft)) {
            file.truncate(0);
            file.write(content, 0);
            file.force();
        }
        disk.rename(draft, path);
    }

    /** What the file holds; null if there is none: then no record below the recovery point has a mark or a sequence. */
    @Nullable
    Content read(RequestSettings settings) {
        if (!disk.exists(path)) {
            return null;
        }
        ByteBuffer bytes;
        try (Disk.File file = disk.open(path)) {
            bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
        }
        int end = bytes.capacity() - Integer.BYTES;
        if (end < 0 || bytes.getInt(end) != checksum(bytes.array(), end) || bytes.getInt(0) != VERSION) {
            return new Content(new PartitionMemory(settings), 0, false);
        }
        return decode(bytes.position(Integer.BYTES), settings);
    }

    private static Content decode(ByteBuffer bytes, RequestSettings settings) {
        PartitionMemory memory = new PartitionMemory(settings);
        long offset = bytes.getLong();
        for (int i = bytes.getInt(); i > 0; i--) {
            RequestMark mark = RequestMark.read(bytes);
            long end = bytes.getLong();
            List<Remembered.Run> runs = new ArrayList<>();
            for (int r = bytes.getInt(); r > 0; r--) {
                runs.add(new Remembered.Run(bytes.getLong(), bytes.getInt()));
            }
            if (mark != null) {
                memory.restore(mark.id(), new Remembered(mark, List.copyOf(runs), end));
            }
        }
        for (int i = bytes.getInt(); i > 0; i--) {
            long id = bytes.getLong();
            short epoch = bytes.getShort();
            long time = bytes.getLong();
            List<ProducerState.Run> runs = new ArrayList<>();
            for (int r = bytes.getInt(); r > 0; r--) {
                runs.add(new ProducerState.Run(bytes.getInt(), bytes.getLong(), bytes.getInt()));
            }
            memory.restore(id, new ProducerState(epoch, List.copyOf(runs), time));
        }
        return new Content(memory, offset, true);
    }
}
