package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk of 64 MB that is filled, freed, and filled again; only where this process may mount one. */
class FullDiskTests {

    private static final String MESSAGE = "{\"value\":\"" + "x".repeat(250_000) + "\"}";

    @TempDir
    Path disk;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString());
        assumeThat(mounted).as("this process may mount a disk").isTrue();
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", disk.toString());
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    /** With a reserve, and down to the last byte. */
    @ParameterizedTest
    @ValueSource(strings = {"8MB", "0B"})
    void whoReadsGoesOnAndWhoWritesDoesWhenThereIsSpaceAgain(String reserve) throws Exception {
        try (ServerProcess server =
                ServerProcess.start(disk.resolve("data"), "--millrace.limits.min-free-bytes=" + reserve)) {
            server.post("/groups/readers/consumers", "{\"topics\":[\"a\",\"b\"],\"consumer\":\"one\"}");
            int stored = fill(server, "a", 100) + fill(server, "b", Integer.MAX_VALUE);
            assertThat(stored).isBetween(200, 280);
            assertThat(server.post("/topics/b/messages", MESSAGE).status()).isEqualTo(507);

            int read = 0;
            while (read < stored) {
                read += server.get("/groups/readers/consumers/one/messages?wait=5s")
                        .body()
                        .path("messages")
                        .size();
                if (!reserve.equals("0B")) {
                    assertThat(server.post("/groups/readers/consumers/one/offsets")
                                    .status())
                            .isEqualTo(200);
                }
            }

            assertThat(server.delete("/topics/a").status()).isEqualTo(204);
            awaitStored(server);
            assertThat(fill(server, "b", 20)).isEqualTo(20);
            assertThat(server.post("/groups/readers/consumers/one/offsets").status())
                    .isEqualTo(200);
        }
    }

    /** Stores messages until so many are, or there is no space; answers how many. */
    private static int fill(ServerProcess server, String topic, int most) throws IOException, InterruptedException {
        int stored = 0;
        while (stored < most) {
            ServerProcess.Answer answer = server.post("/topics/" + topic + "/messages", MESSAGE);
            if (answer.status() == 507) {
                assertThat(answer.body().path("code").asString()).isEqualTo("no-space");
                break;
            }
            assertThat(answer.status()).isEqualTo(201);
            stored++;
        }
        return stored;
    }

    private static void awaitStored(ServerProcess server) throws IOException, InterruptedException {
        for (int i = 0; i < 100 && server.post("/topics/b/messages", MESSAGE).status() != 201; i++) {
            boolean _ = new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
        }
    }
}
