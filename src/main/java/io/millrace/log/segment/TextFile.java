package io.millrace.log.segment;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A small file of text that is replaced as a whole, so that a crash leaves the old text or the new. */
record TextFile(Disk disk, Path path) {

    boolean isThere() {
        return disk.exists(path);
    }

    String read() {
        try (Disk.File file = disk.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
            return new String(bytes.array(), StandardCharsets.UTF_8);
        }
    }

    void replace(String text) {
        Path draft = path.resolveSibling(path.getFileName() + "~");
        try (Disk.File file = disk.open(draft)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            file.force();
        }
        disk.rename(draft, path);
    }
}
