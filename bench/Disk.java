import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the disk itself takes, without a server. */
final class Disk {

    private static final int BLOCK = 1 << 20;

    /** What a batch of one message of 100 bytes takes in a log. */
    private static final int RECORD = 170;

    private Disk() {}

    /** Bytes a second, written one after the other and forced at the end. */
    static double sequentialBytes(Path directory, double seconds) throws IOException {
        return written(directory, BLOCK, seconds, false) * BLOCK;
    }

    /** Writes of a small record a second, each forced before the next. */
    static double forces(Path directory, double seconds) throws IOException {
        return written(directory, RECORD, seconds, true);
    }

    private static double written(Path directory, int size, double seconds, boolean forceEach) throws IOException {
        Path file = Files.createTempFile(directory, "disk", null);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(size);
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            long count = 0;
            while (System.nanoTime() < end) {
                channel.write(block.clear());
                count++;
                if (forceEach) {
                    channel.force(false);
                }
            }
            channel.force(false);
            return count / ((System.nanoTime() - start) / 1e9);
        } finally {
            Files.delete(file);
        }
    }
}
