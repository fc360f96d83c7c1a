package io.millrace.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every request is sent two to five times at random while the process is killed -9. {@code -Dkill.rounds=20} for long. */
class RetryStormTests {

    private static final int ROUNDS = Integer.getInteger("kill.rounds", 3);
    private static final int PRODUCERS = 16;

    @TempDir
    Path dataDir;

    private final AtomicReference<@Nullable ServerProcess> running = new AtomicReference<>();
    private final OnceLedger ledger = new OnceLedger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean over;

    @Test
    void eachMessageIsThereExactlyOnce() throws Exception {
        List<Thread> load = new ArrayList<>();
        Random random = new Random(7);
        for (int round = 0; round < ROUNDS; round++) {
            ServerProcess server = ServerProcess.start(dataDir);
            running.set(server);
            if (round == 0) {
                server.post("/topics", "{\"name\":\"%s\",\"partitions\":3}".formatted(OnceLedger.TOPIC));
                for (int p = 0; p < PRODUCERS; p++) {
                    long seed = p;
                    load.add(Thread.ofVirtual().start(() -> produce(new Random(seed))));
                }
            }
            pause(random.nextLong(700, 2000));
            running.set(null);
            server.kill();
            server.close();
        }
        try (ServerProcess server = ServerProcess.start(dataDir)) {
            running.set(server);
            over = true;
            for (Thread thread : load) {
                thread.join();
            }
            if (failure.get() != null) {
                throw new AssertionError(failure.get());
            }
            System.out.printf("retry storm: %d kills, %s%n", ROUNDS, ledger.check(server::get));
        }
    }

    private void produce(Random random) {
        try {
            while (!over) {
                ledger.send(random, this::post);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (AssertionError different) {
            failure.set(different);
        }
    }

    private ServerProcess.@Nullable Answer post(String path, String json, String... headers)
            throws InterruptedException {
        ServerProcess server = running.get();
        while (server == null) {
            pause(5);
            server = running.get();
        }
        try {
            return server.post(path, json, headers);
        } catch (IOException killed) {
            // Whether it was stored nobody knows: the next try finds out.
            pause(5);
            return null;
        }
    }

    private static void pause(long millis) throws InterruptedException {
        boolean _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }
}
