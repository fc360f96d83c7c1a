package io.millrace.log.segment;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A disk that is only read: what is written, cut, renamed or removed is so in memory, for whoever looks through this object, and the
 * disk beneath stays as it is. So a directory that another process writes can be recovered and read without that process
 * noticing. Nothing is locked, and forces have nothing to force.
 */
final class OverlayDisk implements Disk {

    private final FileDisk beneath;
    private final Map<Path, Overlay> files = new ConcurrentHashMap<>();
    private final Set<Path> gone = ConcurrentHashMap.newKeySet();
    /** What a file that was given its name is called beneath. */
    private final Map<Path, Path> renamed = new ConcurrentHashMap<>();

    OverlayDisk(FileDisk beneath) {
        this.beneath = beneath;
    }

    @Override
    public boolean exists(Path path) {
        Path origin = origin(path);
        return files.containsKey(path) || (origin != null && beneath.exists(origin));
    }

    @Override
    public List<Path> list(Path directory) {
        Stream<Path> here = Stream.concat(files.keySet().stream(), renamed.keySet().stream())
                .filter(file -> directory.equals(file.getParent()));
        Stream<Path> unchanged = beneath.list(directory).stream().filter(path -> !isGone(path));
        return Stream.concat(here, unchanged).distinct().toList();
    }

    private boolean isGone(Path path) {
        return !gone.isEmpty() && gone.stream().anyMatch(path::startsWith);
    }

    /** What a path is called beneath; null if it is gone. */
    private @Nullable Path origin(Path path) {
        Path origin = renamed.get(path);
        return origin != null || isGone(path) ? origin : path;
    }

    @Override
    public long size(Path file) {
        Overlay overlay = files.get(file);
        return overlay == null ? beneath.size(renamed.getOrDefault(file, file)) : overlay.size();
    }

    @Override
    public long usableBytes(Path directory) {
        return beneath.usableBytes(directory);
    }

    @Override
    public void createDirectories(Path directory) {}

    @Override
    public File open(Path file) {
        Path origin = origin(file);
        return new OverlayFile(file, origin != null && beneath.exists(origin) ? beneath.openToRead(origin) : null);
    }

    @Override
    public void rename(Path from, Path to) {
        Path origin = origin(from);
        Overlay changed = files.get(from);
        delete(to);
        delete(from);
        if (origin != null) {
            renamed.put(to, origin);
        }
        if (changed != null) {
            files.put(to, changed);
        }
    }

    @Override
    public void delete(Path path) {
        files.keySet().removeIf(file -> file.startsWith(path));
        renamed.keySet().removeIf(file -> file.startsWith(path));
        gone.add(path);
    }

    @Override
    public void forceDirectory(Path directory) {}

    @Override
    public AutoCloseable lock(Path file, String owner) {
        return () -> {};
    }

    /** A file that differs from the one beneath: so many bytes of that one, and then others. */
    private static final class Overlay {
        private long kept;
        private byte[] tail = new byte[0];

        private Overlay(long kept) {
            this.kept = kept;
        }

        synchronized long size() {
            return kept + tail.length;
        }

        synchronized int read(Disk.@Nullable File file, ByteBuffer target, long position) {
            int total = 0;
            if (position < kept) {
                if (file == null) {
                    return 0;
                }
                int length = (int) Math.min(target.remaining(), kept - position);
                ByteBuffer part = target.slice(target.position(), length);
                total = file.read(part, position);
                target.position(target.position() + total);
                if (total < length) {
                    return total;
                }
            }
            int from = (int) (position + total - kept);
            if (target.hasRemaining() && from < tail.length) {
                int length = Math.min(target.remaining(), tail.length - from);
                target.put(tail, from, length);
                total += length;
            }
            return total;
        }

        synchronized void write(Disk.@Nullable File file, ByteBuffer source, long position) {
            long end = Math.max(size(), position + source.remaining());
            long keep = Math.min(kept, position);
            ByteBuffer joined = ByteBuffer.allocate(Math.toIntExact(end - keep));
            read(file, joined, keep);
            joined.position(Math.toIntExact(position - keep)).put(source);
            kept = keep;
            tail = joined.array();
        }

        synchronized void truncate(long size) {
            if (size <= kept) {
                kept = size;
                tail = new byte[0];
            } else if (size < size()) {
                tail = Arrays.copyOf(tail, Math.toIntExact(size - kept));
            }
        }
    }

    private final class OverlayFile implements File {
        private final Path path;
        private final Disk.@Nullable File file;

        private OverlayFile(Path path, Disk.@Nullable File file) {
            this.path = path;
            this.file = file;
            if (file == null) {
                changed();
            }
        }

        /** The file as it is to be seen from its first change on; what others append to the one beneath is not in it. */
        private Overlay changed() {
            return files.computeIfAbsent(path, p -> new Overlay(file == null ? 0 : file.size()));
        }

        @Override
        public int read(ByteBuffer target, long position) {
            Overlay overlay = files.get(path);
            if (overlay != null) {
                return overlay.read(file, target, position);
            }
            return file == null ? 0 : file.read(target, position);
        }

        @Override
        public void write(ByteBuffer source, long position) {
            changed().write(file, source, position);
        }

        @Override
        public long size() {
            Overlay overlay = files.get(path);
            if (overlay != null) {
                return overlay.size();
            }
            return file == null ? 0 : file.size();
        }

        @Override
        public void truncate(long size) {
            if (size < size()) {
                changed().truncate(size);
            }
        }

        @Override
        public void force() {}

        @Override
        public void close() {
            if (file != null) {
                file.close();
            }
        }
    }
}
