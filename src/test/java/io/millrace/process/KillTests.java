package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The real process under kill -9 and load, against a ledger of what it acknowledged. {@code -Dkill.rounds=20} for long. */
class KillTests {

    private static final int ROUNDS = Integer.getInteger("kill.rounds", 3);
    private static final int PRODUCERS = 16;
    private static final int PARTITIONS = 3;

    @TempDir
    Path dataDir;

    private final AtomicLong nextId = new AtomicLong();
    private final Set<Long> sent = ConcurrentHashMap.newKeySet();
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    /** By partition, the offset up to which the consumer's commit was answered. */
    private final Map<Integer, Long> committed = new ConcurrentHashMap<>();

    private volatile boolean down;

    @Test
    void nothingAcknowledgedIsLostAndNothingCommittedIsRepeated() throws Exception {
        Random random = new Random(42);
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = ServerProcess.start(dataDir)) {
                if (round == 0) {
                    server.post("/topics", "{\"name\":\"ledger\",\"partitions\":" + PARTITIONS + "}");
                    server.post("/groups/readers/consumers", "{\"topics\":[\"ledger\"],\"consumer\":\"one\"}");
                } else {
                    checkLedger(server);
                }
                down = false;
                List<Thread> load = startLoad(server);
                killAfter(server, random.nextLong(500, 1500));
                for (Thread thread : load) {
                    thread.join();
                }
            }
        }
        try (ServerProcess server = ServerProcess.start(dataDir)) {
            checkLedger(server);
            System.out.printf(
                    "kill -9 ledger: %d rounds, %d sent, %d acknowledged, lost 0, committed %s, repeats of committed 0%n",
                    ROUNDS, sent.size(), acknowledged.size(), committed);
        }
    }

    private List<Thread> startLoad(ServerProcess server) {
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            threads.add(Thread.ofVirtual().start(() -> untilDown(() -> produce(server))));
        }
        threads.add(Thread.ofVirtual().start(() -> untilDown(() -> consume(server))));
        return threads;
    }

    private void killAfter(ServerProcess server, long millis) throws InterruptedException {
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        down = true;
        server.kill();
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void untilDown(Step step) {
        try {
            while (!down) {
                step.run();
            }
        } catch (IOException cutOff) {
            // The server was killed: what was on its way has no answer.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void produce(ServerProcess server) throws IOException, InterruptedException {
        List<Long> ids = new ArrayList<>();
        StringBuilder body = new StringBuilder("{\"messages\":[");
        for (int i = 0; i < 3; i++) {
            long id = nextId.getAndIncrement();
            ids.add(id);
            body.append(i == 0 ? "" : ",").append("{\"key\":\"k%d\",\"value\":{\"id\":%d}}".formatted(id % 50, id));
        }
        sent.addAll(ids);
        if (server.post("/topics/ledger/messages", body.append("]}").toString()).status() == 200) {
            acknowledged.addAll(ids);
        }
    }

    private void consume(ServerProcess server) throws IOException, InterruptedException {
        JsonNode messages = server.get("/groups/readers/consumers/one/messages?wait=1s")
                .body()
                .path("messages");
        checkNotCommitted(messages);
        ServerProcess.Answer answer = server.post("/groups/readers/consumers/one/offsets");
        if (answer.status() == 200) {
            for (JsonNode offset : answer.body().path("offsets")) {
                committed.put(
                        offset.path("partition").asInt(), offset.path("offset").asLong());
            }
        }
    }

    private void checkNotCommitted(JsonNode messages) {
        for (JsonNode message : messages) {
            assertThat(message.path("offset").asLong())
                    .isGreaterThanOrEqualTo(
                            committed.getOrDefault(message.path("partition").asInt(), 0L));
        }
    }

    private void checkLedger(ServerProcess server) throws IOException, InterruptedException {
        Map<Long, Integer> found = new HashMap<>();
        for (int p = 0; p < PARTITIONS; p++) {
            long offset = 0;
            while (true) {
                JsonNode answer = server.get(
                                "/topics/ledger/partitions/%d/messages?max=5000&offset=%d".formatted(p, offset))
                        .body();
                for (JsonNode message : answer.path("messages")) {
                    assertThat(message.path("offset").asLong()).isEqualTo(offset++);
                    found.merge(message.path("value").path("id").asLong(), 1, Integer::sum);
                }
                if (offset >= answer.path("highWatermark").asLong()) {
                    break;
                }
            }
        }
        assertThat(found.keySet()).containsAll(acknowledged);
        assertThat(sent).containsAll(found.keySet());
        assertThat(found.values()).allMatch(times -> times == 1);
        ServerProcess.Answer poll = server.get("/groups/readers/consumers/one/messages?max=100");
        assertThat(poll.status()).as("a member is known after a restart").isEqualTo(200);
        checkNotCommitted(poll.body().path("messages"));
    }
}
