package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log whose indexes, were all of them in memory, would take more than the heap. */
class LargeIndexesTests {

    /** Each of a gigabyte by its length, and with the indexes of one: some 6 MB in memory. */
    private static final int SEGMENTS = 120;

    private static final int ENTRIES = 1 << 18;
    private static final long OFFSETS_APART = 1_000_000;

    @TempDir
    Path data;

    @Test
    void aLogOfManyLargeSegmentsIsReadWithASmallHeap() throws Exception {
        try (ServerProcess server = ServerProcess.start(data)) {
            server.post("/topics", "{\"name\": \"large\", \"partitions\": 1}");
            assertThat(server.post("/topics/large/messages", "{\"value\": 1}").status())
                    .isEqualTo(201);
        }
        addSegments(data.resolve("large-0"));
        // All of them are known to be forced, so that none is looked into at the start.
        Files.writeString(
                data.resolve("recovery-point-offset-checkpoint"),
                "0\n1\nlarge 0 %d\n".formatted((SEGMENTS + 1) * OFFSETS_APART));

        try (ServerProcess server = ServerProcess.start(data)) {
            for (long i = 1; i <= SEGMENTS; i++) {
                long offset = i * OFFSETS_APART;
                ServerProcess.Answer page = server.get("/topics/large/partitions/0/messages?max=1&offset=" + offset);
                assertThat(page.status()).as(server.log()).isEqualTo(200);
                assertThat(page.body().at("/messages/0/offset").asLong()).isEqualTo(offset);
            }
        }
    }

    /** Adds segments that begin with one batch and are otherwise empty; the last one is whole. */
    private static void addSegments(Path partition) throws IOException {
        ByteBuffer batch = ByteBuffer.wrap(Files.readAllBytes(partition.resolve(name(0, "log"))));
        ByteBuffer offsets = ByteBuffer.allocate(ENTRIES * 8);
        ByteBuffer times = ByteBuffer.allocate(ENTRIES * 12);
        for (int i = 1; i <= ENTRIES; i++) {
            offsets.putInt(i).putInt(i * 4095);
            times.putLong(i).putInt(i);
        }
        Path sharedOffsets = Files.write(partition.resolve(name(OFFSETS_APART, "index")), offsets.array());
        Path sharedTimes = Files.write(partition.resolve(name(OFFSETS_APART, "timeindex")), times.array());
        for (int i = 1; i <= SEGMENTS + 1; i++) {
            long base = i * OFFSETS_APART;
            batch.putLong(0, base);
            Path log = Files.write(partition.resolve(name(base, "log")), batch.array());
            if (i <= SEGMENTS) {
                try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
                    file.setLength(1 << 30);
                }
                if (i > 1) {
                    Files.createLink(partition.resolve(name(base, "index")), sharedOffsets);
                    Files.createLink(partition.resolve(name(base, "timeindex")), sharedTimes);
                }
            }
        }
    }

    private static String name(long base, String ending) {
        return "%020d.%s".formatted(base, ending);
    }
}
