package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has target/millrace start fast, the cache and the beans of the build, and must not be what a start depends on. */
class FastStartTests {

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

    @Test
    void theServerTakesTheBeansOfTheBuild() throws Exception {
        try (ServerProcess server = start(List.of(), "--logging.level.io.millrace.PreparedBeans=debug")) {
            assertThat(server.log()).contains("Beans of the build: taken");
        }
    }

    @Test
    void theServerLooksForItsBeansIfSpringIsToldSomething() throws Exception {
        try (ServerProcess server = start(
                List.of(),
                "--logging.level.io.millrace.PreparedBeans=debug",
                "--management.endpoints.web.exposure.include=beans")) {
            assertThat(server.log()).contains("Beans of the build: not taken");
            assertThat(server.get("/actuator/beans").status()).isEqualTo(200);
        }
    }

    private void serves(String... jvmOptions) throws Exception {
        try (ServerProcess server = start(List.of(jvmOptions))) {
            assertThat(server.post("/topics/orders/messages", "{\"value\":1}").status())
                    .isEqualTo(201);
        }
    }

    private ServerProcess start(List<String> jvmOptions, String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of(more));
        options.add("--millrace.data-dir=" + directory.resolve("data"));
        options.add("--millrace.listener.port=0");
        return ServerProcess.start(jvmOptions, options);
    }

    private long loaded(String from) throws Exception {
        return Files.readAllLines(directory.resolve("classes")).stream()
                .filter(line -> line.contains(" io.millrace.") && !line.contains("$$") && line.contains(from))
                .count();
    }
}
