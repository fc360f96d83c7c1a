package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.kafka.KafkaCluster;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Three servers on three brokers, a server and a broker killed in turn under load that takes the servers in turn too, against
 * a ledger of what was acknowledged. {@code -Dcluster.kills=60} for long.
 */
class ClusterKillTests {

    private static final int KILLS = Integer.getInteger("cluster.kills", 2);
    private static final int NODES = 3;
    private static final int PARTITIONS = 6;
    private static final List<String> CONSUMERS = List.of("one", "two", "three");

    private final int[] ports = freePorts();
    private final AtomicReferenceArray<ServerProcess> nodes = new AtomicReferenceArray<>(NODES);
    private final AtomicInteger turn = new AtomicInteger();
    private final OnceLedger once = new OnceLedger();

    private final AtomicLong nextId = new AtomicLong();
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<Long> consumed = ConcurrentHashMap.newKeySet();
    /** By partition, the offset up to which a commit was answered. */
    private final Map<Integer, Long> committed = new ConcurrentHashMap<>();

    private final AtomicInteger notFound = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicLong longestPauseNanos = new AtomicLong();
    private volatile boolean over;

    @Test
    void nothingIsLostRepeatedOrNotFoundWhileServersAndBrokersAreKilled() throws Exception {
        try (KafkaCluster kafka = KafkaCluster.start(3)) {
            try {
                for (int n = 0; n < NODES; n++) {
                    nodes.set(n, ServerProcess.startOnKafka(kafka.bootstrapServers(), ports[n]));
                }
                subscribe();
                List<Thread> load = startLoad();
                for (int kill = 0; kill < KILLS; kill++) {
                    pause(4);
                    killOne(kafka, kill);
                }
                pause(4);
                over = true;
                for (Thread thread : load) {
                    thread.join();
                }
                drain();
                System.out.println("cluster retries: " + once.check(nodes.get(0)::get));
            } finally {
                for (int n = 0; n < NODES; n++) {
                    nodes.get(n).close();
                }
            }
        }
        System.out.printf(
                "cluster ledger: %d kills, %d acknowledged, lost %d, committed repeated %d, 404s %d, longest pause %.1f s%n",
                KILLS,
                acknowledged.size(),
                acknowledged.stream().filter(id -> !consumed.contains(id)).count(),
                repeated.get(),
                notFound.get(),
                longestPauseNanos.get() / 1e9);
        assertThat(consumed).containsAll(acknowledged);
        assertThat(repeated).hasValue(0);
        assertThat(notFound).hasValue(0);
    }

    private void subscribe() throws InterruptedException {
        until("/topics", "{\"name\":\"ledger\",\"partitions\":" + PARTITIONS + "}", 201, 409);
        until("/topics", "{\"name\":\"%s\",\"partitions\":3}".formatted(OnceLedger.TOPIC), 201, 409);
        for (String consumer : CONSUMERS) {
            until(
                    "/groups/readers/consumers",
                    "{\"topics\":[\"ledger\"],\"consumer\":\"%s\",\"rebalanceTimeout\":\"5s\"}".formatted(consumer),
                    201,
                    409);
        }
    }

    private void until(String path, String body, int... statuses) throws InterruptedException {
        while (true) {
            ServerProcess.Answer answer = send(node -> node.post(path, body));
            for (int status : statuses) {
                if (answer != null && answer.status() == status) {
                    return;
                }
            }
            pauseMillis(100);
        }
    }

    private void killOne(KafkaCluster kafka, int kill) throws Exception {
        int which = kill / 2 % NODES;
        if (kill % 2 == 0) {
            nodes.get(which).kill();
            pause(4);
            nodes.set(which, ServerProcess.startOnKafka(kafka.bootstrapServers(), ports[which]));
        } else {
            kafka.kill(which + 1);
            pause(4);
            kafka.up();
        }
    }

    private List<Thread> startLoad() {
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < 4; p++) {
            threads.add(Thread.ofVirtual().start(() -> repeat(this::produce)));
        }
        for (String consumer : CONSUMERS) {
            threads.add(Thread.ofVirtual().start(() -> consumeUntilOver(consumer)));
        }
        for (int p = 0; p < 4; p++) {
            Random random = new Random(p);
            threads.add(Thread.ofVirtual().start(() -> repeat(() -> once.send(random, this::post))));
        }
        return threads;
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private void repeat(Step step) {
        try {
            while (!over) {
                step.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void consumeUntilOver(String consumer) {
        long[] last = {System.nanoTime()};
        repeat(() -> {
            if (consume(consumer)) {
                long now = System.nanoTime();
                longestPauseNanos.accumulateAndGet(now - last[0], Math::max);
                last[0] = now;
            }
        });
    }

    private interface Call {
        ServerProcess.Answer on(ServerProcess node) throws IOException, InterruptedException;
    }

    /** The answer of the node whose turn it is; null if it was cut off, or could not do it now. */
    private ServerProcess.@Nullable Answer send(Call call) throws InterruptedException {
        try {
            ServerProcess.Answer answer = call.on(nodes.get(turn.getAndIncrement() % NODES));
            if (answer.status() == 404) {
                notFound.incrementAndGet();
            }
            if (answer.status() == 503) {
                pauseMillis(100);
                return null;
            }
            return answer;
        } catch (IOException cutOff) {
            pauseMillis(20);
            return null;
        }
    }

    private ServerProcess.@Nullable Answer post(String path, String json, String... headers)
            throws InterruptedException {
        return send(node -> node.post(path, json, headers));
    }

    private void produce() throws InterruptedException {
        Map<Integer, Long> ids = new HashMap<>();
        StringBuilder body = new StringBuilder("{\"messages\":[");
        for (int i = 0; i < 3; i++) {
            long id = nextId.getAndIncrement();
            ids.put(i, id);
            body.append(i == 0 ? "" : ",").append("{\"key\":\"k%d\",\"value\":{\"id\":%d}}".formatted(id % 50, id));
        }
        body.append("]}");
        ServerProcess.Answer answer = send(node -> node.post("/topics/ledger/messages", body.toString()));
        if (answer != null && (answer.status() == 200 || answer.status() == 207)) {
            ids.forEach((place, id) -> {
                if (!answer.body().path("offsets").path(place).isNull()) {
                    acknowledged.add(id);
                }
            });
        }
        pauseMillis(5);
    }

    /** Polls and commits; answers whether the poll was answered. */
    private boolean consume(String consumer) throws InterruptedException {
        String path = "/groups/readers/consumers/" + consumer;
        ServerProcess.Answer poll = send(node -> node.get(path + "/messages?wait=1s"));
        if (poll == null || poll.status() != 200) {
            return false;
        }
        for (JsonNode message : poll.body().path("messages")) {
            consumed.add(message.path("value").path("id").asLong());
            long done = committed.getOrDefault(message.path("partition").asInt(), 0L);
            if (message.path("offset").asLong() < done) {
                repeated.incrementAndGet();
            }
        }
        ServerProcess.Answer commit = send(node -> node.post(path + "/offsets"));
        if (commit != null && commit.status() == 200) {
            for (JsonNode offset : commit.body().path("offsets")) {
                committed.merge(
                        offset.path("partition").asInt(), offset.path("offset").asLong(), Math::max);
            }
        }
        return true;
    }

    /** Consumes what is left, and ends when nothing acknowledged is missing or nothing more comes. */
    private void drain() throws InterruptedException {
        for (int i = 0; i < 60 && !consumed.containsAll(acknowledged); i++) {
            for (String consumer : CONSUMERS) {
                consume(consumer);
            }
        }
    }

    private static void pause(long seconds) throws InterruptedException {
        pauseMillis(TimeUnit.SECONDS.toMillis(seconds));
    }

    private static void pauseMillis(long millis) throws InterruptedException {
        boolean _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    private static int[] freePorts() {
        int[] ports = new int[NODES];
        List<ServerSocket> open = new ArrayList<>();
        try {
            for (int n = 0; n < NODES; n++) {
                ServerSocket socket = new ServerSocket(0);
                open.add(socket);
                ports[n] = socket.getLocalPort();
            }
            for (ServerSocket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return ports;
    }
}
