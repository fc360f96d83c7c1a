package io.millrace.log.segment;

import io.millrace.log.LogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The disk of the machine; the one class that meets {@link IOException}, which it turns into what callers act upon. */
public final class FileDisk implements Disk {

    /**
     * So much is handed to the operating system at a time: the JDK copies it to memory outside of the heap, which each thread
     * keeps at the size of the largest such copy.
     */
    private static final int STEP_BYTES = 256 * 1024;

    @Override
    public boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public List<Path> list(Path directory) {
        if (!exists(directory)) {
            return List.of();
        }
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (IOException e) {
            throw failure("list", directory, e);
        }
        return entries;
    }

    @Override
    public long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw failure("measure", file, e);
        }
    }

    @Override
    public long usableBytes(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw failure("ask for the space of", directory, e);
        }
    }

    @Override
    public void createDirectories(Path directory) {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw failure("create", directory, e);
        }
        if (parent != null) {
            forceDirectory(parent);
        }
    }

    @Override
    public File open(Path file) {
        try {
            return new ChannelFile(
                    file,
                    FileChannel.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw failure("open", file, e);
        }
    }

    /** Opens a file that is there for reading alone. */
    File openToRead(Path file) {
        try {
            return new ChannelFile(file, FileChannel.open(file, StandardOpenOption.READ));
        } catch (IOException e) {
            throw failure("open", file, e);
        }
    }

    @Override
    public void rename(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failure("rename", from, e);
        }
        Path target = parent(to);
        forceDirectory(target);
        if (!parent(from).equals(target)) {
            forceDirectory(parent(from));
        }
    }

    @Override
    public void delete(Path path) {
        if (!exists(path)) {
            return;
        }
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
                        throws IOException {
                    if (problem != null) {
                        throw problem;
                    }
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw failure("delete", path, e);
        }
    }

    @Override
    public void forceDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw failure("force", directory, e);
        }
    }

    @Override
    public AutoCloseable lock(Path file, String owner) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            @Nullable FileLock lock = null;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException heldByThisProcess) {
                // The same answer as for another process: the lock is not to be had.
            }
            if (lock == null) {
                String holder = Files.readString(file);
                channel.close();
                throw new LogException.Unavailable(
                        "The data directory %s is in use by another Millrace server (%s): stop that one, or give this one its own with millrace.data-dir"
                                .formatted(parent(file), holder.strip()),
                        null);
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)), 0);
            return channel;
        } catch (IOException e) {
            throw failure("lock", file, e);
        }
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.toAbsolutePath().getParent(), "a path in a data directory has a parent");
    }

    private static LogException failure(String verb, Path path, IOException cause) {
        String message = "Could not %s %s: %s".formatted(verb, path, cause);
        if (isFull(cause)) {
            return new LogException.StorageFull(message, cause);
        }
        // Nothing is wrong with the disk: the process has as many files and connections open as it may.
        return String.valueOf(cause.getMessage()).contains("Too many open files")
                ? new LogException.Unavailable(message, cause)
                : new LogException.StorageFailed(message, cause);
    }

    /** The JDK gives no other sign of a full disk than the operating system's words for ENOSPC and EDQUOT. */
    private static boolean isFull(IOException cause) {
        String text = String.valueOf(cause.getMessage());
        return text.contains("No space left on device") || text.contains("Disk quota exceeded");
    }

    private record ChannelFile(Path path, FileChannel channel) implements File {

        @Override
        public int read(ByteBuffer target, long position) {
            int total = 0;
            try {
                int end = target.limit();
                while (target.position() < end) {
                    target.limit(Math.min(end, target.position() + STEP_BYTES));
                    int read = channel.read(target, position + total);
                    if (read < 0) {
                        break;
                    }
                    total += read;
                }
                target.limit(end);
            } catch (IOException e) {
                throw failure("read", path, e);
            }
            return total;
        }

        @Override
        public void write(ByteBuffer source, long position) {
            long at = position;
            try {
                int end = source.limit();
                while (source.position() < end) {
                    source.limit(Math.min(end, source.position() + STEP_BYTES));
                    at += channel.write(source, at);
                }
            } catch (IOException e) {
                throw failure("write", path, e);
            }
        }

        @Override
        public long size() {
            try {
                return channel.size();
            } catch (IOException e) {
                throw failure("measure", path, e);
            }
        }

        @Override
        public void truncate(long size) {
            try {
                channel.truncate(size);
            } catch (IOException e) {
                throw failure("truncate", path, e);
            }
        }

        @Override
        public void force() {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw failure("force", path, e);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw failure("close", path, e);
            }
        }
    }
}
