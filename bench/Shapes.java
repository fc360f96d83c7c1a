import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes data directories as they are after years, out of one that a server has made and stopped with. */
final class Shapes {

    private static final String FIRST = "0".repeat(20);

    /** A gigabyte has so many entries in its indexes. */
    private static final int ENTRIES = 1 << 18;

    private Shapes() {}

    /** Adds topics like the one of that name, each with a partition in which nothing is. */
    static void addTopics(Path data, String like, String prefix, int count) throws IOException {
        String description = Files.readString(data.resolve("topics").resolve(like + ".json"), StandardCharsets.UTF_8);
        for (int i = 0; i < count; i++) {
            String name = prefix + i;
            Files.createFile(Files.createDirectory(data.resolve(name + "-0")).resolve(FIRST + ".log"));
            Files.writeString(data.resolve("topics").resolve(name + ".json"),
                    description.replace("\"" + like + "\"", "\"" + name + "\""));
        }
    }

    /**
     * Adds segments to the one partition of a topic that has one batch, all but the last known to be forced. Each begins with that batch and is otherwise a hole; the last one is the
     * batch alone, as the end of a log is read at a start.
     *
     * @param bytes the length of each, and with full indexes where that is a gigabyte
     */
    static void addSegments(Path data, String topic, int count, long bytes) throws IOException {
        Path partition = data.resolve(topic + "-0");
        Files.writeString(data.resolve("recovery-point-offset-checkpoint"),
                "0\n1\n%s 0 %d\n".formatted(topic, count * 1_000_000L));
        ByteBuffer batch = ByteBuffer.wrap(Files.readAllBytes(partition.resolve(FIRST + ".log")));
        Path offsets = null;
        Path times = null;
        for (int i = 1; i <= count; i++) {
            String base = "%020d".formatted(i * 1_000_000L);
            Path log = partition.resolve(base + ".log");
            Files.write(log, batch.putLong(0, i * 1_000_000L).array());
            if (i == count) {
                return;
            }
            try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
                file.setLength(Math.max(bytes, file.length()));
            }
            if (bytes < 1 << 30) {
                continue;
            }
            if (offsets == null) {
                offsets = Files.write(partition.resolve(base + ".index"), index(8));
                times = Files.write(partition.resolve(base + ".timeindex"), index(12));
            } else {
                Files.createLink(partition.resolve(base + ".index"), offsets);
                Files.createLink(partition.resolve(base + ".timeindex"), times);
            }
        }
    }

    private static byte[] index(int entryBytes) {
        ByteBuffer entries = ByteBuffer.allocate(ENTRIES * entryBytes);
        for (int i = 1; i <= ENTRIES; i++) {
            if (entryBytes == 8) {
                entries.putInt(i).putInt(i * 4095);
            } else {
                entries.putLong(i).putInt(i);
            }
        }
        return entries.array();
    }
}
