package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of target/millrace, which has the server start fast and must not be what a start depends on. */
class AotCacheTests {

    @TempDir
    Path directory;

    @Test
    void theJvmTakesTheCacheOfTheBuild() throws Exception {
        serves("-XX:AOTMode=on", "-Xlog:class+load:file=" + directory.resolve("classes"));
        long application = loaded("");
        long fromCache = loaded("shared objects file");
        assertThat(application).isPositive();
        assertThat(fromCache).as("classes from the cache, of " + application).isGreaterThan(application * 9 / 10);
    }

    /** A small machine has another collector than the one that made the cache. */
    @Test
    void theJvmTakesTheCacheOfTheBuildOnASmallMachine() throws Exception {
        serves("-XX:AOTMode=on", "-XX:+UseSerialGC", "-Xmx256m");
    }

    @Test
    void aCacheThatDoesNotFitIsLeftAlone() throws Exception {
        Path other = Files.write(directory.resolve("other.aot"), new byte[4096]);
        serves("-XX:AOTCache=" + other);
    }

    private void serves(String... jvmOptions) throws Exception {
        List<String> options =
                List.of("--millrace.data-dir=" + directory.resolve("data"), "--millrace.listener.port=0");
        try (ServerProcess server = ServerProcess.start(List.of(jvmOptions), options)) {
            assertThat(server.post("/topics/orders/messages", "{\"value\":1}").status())
                    .isEqualTo(201);
        }
    }

    private long loaded(String from) throws Exception {
        return Files.readAllLines(directory.resolve("classes")).stream()
                .filter(line -> line.contains(" io.millrace.") && !line.contains("$$") && line.contains(from))
                .count();
    }
}
