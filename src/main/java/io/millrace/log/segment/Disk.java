package io.millrace.log.segment;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk, as the embedded engine sees it. Every failure is a {@link io.millrace.log.LogException}: {@code StorageFull}
 * where there is no space, {@code StorageFailed} for all else.
 *
 * <p>What is written is safe from a kill of the process; it is safe from power loss only after a force: of the file for its
 * bytes, of the directory for names made, changed or removed in it.
 */
public interface Disk {

    /** Whether there is a file or directory of that name. */
    boolean exists(Path path);

    /** What a directory holds, in no order; nothing if there is no such directory. */
    List<Path> list(Path directory);

    /** The length of a file in bytes. */
    long size(Path file);

    /** How many bytes may still be written where a directory is. */
    long usableBytes(Path directory);

    /** Makes a directory and those above it, unless they are there, and forces the new names. */
    void createDirectories(Path directory);

    /** Opens a file for reading and writing, and makes it if it is not there. */
    File open(Path file);

    /** Renames a file or directory within this disk, at once and replacing a file of that name, and forces both names. */
    void rename(Path from, Path to);

    /** Removes a file, or a directory with all it holds, if it is there; the removal is not forced. */
    void delete(Path path);

    /** Forces the names in a directory. */
    void forceDirectory(Path directory);

    /**
     * Takes a lock that only one process can hold, by means of a file of that name, until it is closed or the process
     * ends.
     *
     * @param owner what to tell others that ask for it
     * @throws io.millrace.log.LogException.Unavailable if another process holds it, with what that one tells
     */
    AutoCloseable lock(Path file, String owner);

    /** An open file. Reads and writes are positional and may be made from many threads. */
    interface File extends AutoCloseable {

        /** Fills {@code target} from {@code position} on, as far as the file reaches; returns the number of bytes read. */
        int read(ByteBuffer target, long position);

        /** Writes all of {@code source}. */
        void write(ByteBuffer source, long position);

        /** The length of the file in bytes. */
        long size();

        /** Cuts the file. */
        void truncate(long size);

        /** Makes all that is written durable. After a failure nothing is known about what was written before. */
        void force();

        @Override
        void close();
    }
}
