package io.millrace.log.segment;

import io.millrace.log.LogException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that keeps what is forced apart from what is not, so that a test can take the power away; it can also
 * be full, and fail to force.
 */
public final class CrashingDisk implements Disk {

    private static final int SECTOR_BYTES = 512;

    private static final class Node {
        byte[] content = new byte[0];
        byte[] forced = new byte[0];
        boolean nameForced;
        int forces;
        boolean forceFails;
    }

    private Map<Path, Node> files = new HashMap<>();
    private final Set<Path> directories = new HashSet<>();
    private final Map<Path, Node> deletedUnforced = new HashMap<>();
    private final Set<Path> locks = new HashSet<>();
    private long freeBytes = Long.MAX_VALUE;
    private boolean forceFails;
    private int forces;
    private int operationsLeft = Integer.MAX_VALUE;

    public synchronized void setFreeBytes(long bytes) {
        freeBytes = bytes;
    }

    @Override
    public synchronized long usableBytes(Path directory) {
        return freeBytes;
    }

    public synchronized void failForces(boolean fail) {
        forceFails = fail;
    }

    public synchronized int forces() {
        return forces;
    }

    /** How often a file that is there was forced, or was to be. */
    public synchronized int forcesOf(Path file) {
        return files.containsKey(file) ? files.get(file).forces : 0;
    }

    /** Until the power goes. */
    public synchronized void failForcesOf(Path file) {
        files.get(file).forceFails = true;
    }

    /** Has the process be stopped after so many more writes, forces, renames and removals: each after that fails. */
    public synchronized void stopAfter(int operations) {
        operationsLeft = operations;
    }

    private void operate() {
        if (operationsLeft == 0) {
            throw new LogException.StorageFailed("The test's process is stopped", null);
        }
        operationsLeft -= operationsLeft == Integer.MAX_VALUE ? 0 : 1;
    }

    /** The process is killed: all it wrote stays, its locks go. */
    public synchronized void kill() {
        operationsLeft = Integer.MAX_VALUE;
        locks.clear();
    }

    /** The power goes: of what was not forced, a random part stays, its end perhaps spoilt. */
    public synchronized void cutPower(RandomGenerator random) {
        operationsLeft = Integer.MAX_VALUE;
        Map<Path, Node> left = new HashMap<>();
        files.forEach((path, node) -> {
            if (node.nameForced || random.nextBoolean()) {
                left.put(path, node);
            }
        });
        deletedUnforced.forEach((path, node) -> {
            if (random.nextBoolean()) {
                left.putIfAbsent(path, node);
            }
        });
        left.values().forEach(node -> tear(node, random));
        files = left;
        deletedUnforced.clear();
        locks.clear();
    }

    private static void tear(Node node, RandomGenerator random) {
        boolean appendedOnly = node.content.length >= node.forced.length
                && Arrays.equals(node.content, 0, node.forced.length, node.forced, 0, node.forced.length);
        if (!appendedOnly) {
            node.content = mixSectors(node.forced, node.content, random);
        } else if (node.content.length > node.forced.length) {
            int kept = random.nextInt(node.forced.length, node.content.length + 1);
            node.content = Arrays.copyOf(node.content, kept);
            if (kept > node.forced.length && random.nextBoolean()) {
                node.content[random.nextInt(node.forced.length, kept)] ^= 0x55;
            }
        }
        node.forced = node.content;
        node.nameForced = true;
        node.forceFails = false;
    }

    /** What was written over is there in part: a disk writes its sectors in any order. */
    private static byte[] mixSectors(byte[] old, byte[] written, RandomGenerator random) {
        boolean hasNewLength = random.nextBoolean();
        byte[] mixed = hasNewLength ? written.clone() : old.clone();
        byte[] other = hasNewLength ? old : written;
        int both = Math.min(mixed.length, other.length);
        for (int at = 0; at < both; at += SECTOR_BYTES) {
            if (random.nextBoolean()) {
                System.arraycopy(other, at, mixed, at, Math.min(SECTOR_BYTES, both - at));
            }
        }
        return mixed;
    }

    @Override
    public synchronized boolean exists(Path path) {
        return files.containsKey(path) || directories.contains(path);
    }

    @Override
    public synchronized List<Path> list(Path directory) {
        List<Path> entries = new ArrayList<>();
        files.keySet().stream().filter(p -> directory.equals(p.getParent())).forEach(entries::add);
        directories.stream().filter(p -> directory.equals(p.getParent())).forEach(entries::add);
        return entries;
    }

    @Override
    public synchronized long size(Path file) {
        return files.get(file).content.length;
    }

    @Override
    public synchronized void createDirectories(Path directory) {
        for (Path path = directory; path != null; path = path.getParent()) {
            directories.add(path);
        }
    }

    @Override
    public synchronized File open(Path path) {
        return new OpenFile(files.computeIfAbsent(path, p -> new Node()));
    }

    @Override
    public synchronized void rename(Path from, Path to) {
        operate();
        Node node = files.remove(from);
        if (node == null) {
            throw new LogException.StorageFailed("no such file: " + from, null);
        }
        node.nameForced = true;
        files.put(to, node);
    }

    @Override
    public synchronized void delete(Path path) {
        operate();
        for (Path file : List.copyOf(files.keySet())) {
            if (file.startsWith(path)) {
                Node node = files.remove(file);
                if (node.nameForced) {
                    deletedUnforced.put(file, node);
                }
            }
        }
        directories.removeIf(directory -> directory.startsWith(path));
    }

    @Override
    public synchronized void forceDirectory(Path directory) {
        operate();
        files.forEach((path, node) -> {
            if (directory.equals(path.getParent())) {
                node.nameForced = true;
            }
        });
        deletedUnforced.keySet().removeIf(path -> path.startsWith(directory));
    }

    @Override
    public synchronized AutoCloseable lock(Path file, String owner) {
        if (!locks.add(file)) {
            throw new LogException.Unavailable("locked", null);
        }
        return () -> {
            synchronized (CrashingDisk.this) {
                locks.remove(file);
            }
        };
    }

    private final class OpenFile implements File {
        private final Node node;

        private OpenFile(Node node) {
            this.node = node;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            synchronized (CrashingDisk.this) {
                int bytes = Math.max(0, Math.min(target.remaining(), node.content.length - (int) position));
                target.put(node.content, (int) position, bytes);
                return bytes;
            }
        }

        @Override
        public void write(ByteBuffer source, long position) {
            synchronized (CrashingDisk.this) {
                operate();
                int room = (int) Math.min(source.remaining(), freeBytes);
                boolean full = room < source.remaining();
                int end = (int) position + room;
                if (end > node.content.length) {
                    freeBytes -= freeBytes == Long.MAX_VALUE ? 0 : end - node.content.length;
                    node.content = Arrays.copyOf(node.content, end);
                } else {
                    node.content = node.content.clone();
                }
                source.get(node.content, (int) position, room);
                if (full) {
                    throw new LogException.StorageFull("No space left on the test's disk", null);
                }
            }
        }

        @Override
        public long size() {
            synchronized (CrashingDisk.this) {
                return node.content.length;
            }
        }

        @Override
        public void truncate(long size) {
            synchronized (CrashingDisk.this) {
                operate();
                if (size < node.content.length) {
                    node.content = Arrays.copyOf(node.content, (int) size);
                }
            }
        }

        @Override
        public void force() {
            synchronized (CrashingDisk.this) {
                operate();
                forces++;
                node.forces++;
                if (forceFails || node.forceFails) {
                    throw new LogException.StorageFailed("The test's disk cannot force", null);
                }
                node.forced = node.content;
            }
        }

        @Override
        public void close() {}
    }
}
