package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileDiskTests {

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 256 * 1024, 256 * 1024 + 1, 3_000_000})
    void whatIsLargerThanOneStepIsWrittenAndReadWhole(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        try (Disk.File file = new FileDisk().open(root.resolve("file"))) {
            ByteBuffer source =
                    ByteBuffer.allocate(size + 2).put(1, bytes).position(1).limit(size + 1);
            file.write(source, 7);
            assertThat(source.hasRemaining()).isFalse();

            ByteBuffer target = ByteBuffer.allocate(size + 100);
            assertThat(file.read(target, 7)).isEqualTo(size);
            assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes));
        }
    }
}
