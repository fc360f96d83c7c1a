package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The real process under kill -9 while partitions are on their way from member to member, because members come and go all
 * the time. {@code -Dkill.rounds=20} for long.
 */
class RebalanceKillTests {

    private static final int ROUNDS = Integer.getInteger("kill.rounds", 3);
    private static final int PARTITIONS = 6;
    private static final int STEADY = 3;
    private static final int COMING_AND_GOING = 3;
    private static final Duration OWNED_AGAIN = Duration.ofSeconds(15);
    private static final String GROUP = "/groups/movers";

    @TempDir
    Path dataDir;

    private final AtomicReference<@Nullable ServerProcess> running = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicInteger names = new AtomicInteger();
    private final AtomicInteger joined = new AtomicInteger();
    private final AtomicInteger stale = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();

    /** By partition, up to where a commit was answered, and what was delivered. */
    private final Map<Integer, Long> committed = new ConcurrentHashMap<>();

    private final Map<Integer, Set<Long>> delivered = new ConcurrentHashMap<>();

    /** Whether nobody is to come or go, so that the group can come to rest. */
    private volatile boolean calm = true;

    private volatile boolean produced;
    private volatile boolean over;

    @Test
    void aHandOverThatAKillInterruptsLosesNothingRepeatsNothingCommittedAndEnds() throws Exception {
        List<Thread> load = new ArrayList<>();
        Random random = new Random(3);
        int before = 0;
        int after = 0;
        long longest = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = ServerProcess.start(dataDir)) {
                if (round == 0) {
                    server.post("/topics", "{\"name\":\"moving\",\"partitions\":" + PARTITIONS + "}");
                    startLoad(load);
                } else {
                    after += isRebalancing(server) ? 1 : 0;
                }
                running.set(server);
                longest = Math.max(longest, millisUntilAllIsOwned(server));
                calm = false;
                pause(random.nextLong(300, 1000));
                before += awaitRebalance(server) ? 1 : 0;
                calm = true;
                running.set(null);
                server.kill();
            }
        }
        try (ServerProcess server = ServerProcess.start(dataDir)) {
            after += isRebalancing(server) ? 1 : 0;
            running.set(server);
            longest = Math.max(longest, millisUntilAllIsOwned(server));
            produced = true;
            int messages = awaitAllDelivered(server);
            over = true;
            for (Thread thread : load) {
                thread.join();
            }
            failIfFailed();
            System.out.printf(
                    "kill -9 in mid-rebalance: %d rounds, rebalancing just before the kill %d, found so after the start %d, "
                            + "%d members joined, %d messages, lost 0, repeats of committed 0, delivered again uncommitted %d, "
                            + "late commits refused %d, 404 for a member 0, longest until all is owned %d ms%n",
                    ROUNDS, before, after, joined.get(), messages, repeated.get(), stale.get(), longest);
            assertThat(after).as("hand-overs that a kill interrupted").isGreaterThan(ROUNDS / 2);
        }
    }

    private void startLoad(List<Thread> load) {
        load.add(Thread.ofVirtual().start(() -> untilOver(this::produce)));
        for (int m = 0; m < STEADY; m++) {
            Random random = new Random(m);
            load.add(Thread.ofVirtual().start(() -> untilOver(() -> live(random, Integer.MAX_VALUE))));
        }
        for (int m = 0; m < COMING_AND_GOING; m++) {
            Random random = new Random(100L + m);
            load.add(Thread.ofVirtual().start(() -> untilOver(() -> live(random, random.nextInt(1, 5)))));
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private void untilOver(Step step) {
        try {
            while (!over && failure.get() == null) {
                step.run();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (Throwable wrong) {
            failure.compareAndSet(null, wrong);
        }
    }

    private void produce() throws InterruptedException {
        if (!produced) {
            StringBuilder body = new StringBuilder("{\"messages\":[");
            for (int p = 0; p < PARTITIONS; p++) {
                body.append(p == 0 ? "" : ",").append("{\"partition\":%d,\"value\":1}".formatted(p));
            }
            call(server ->
                    server.post("/topics/moving/messages", body.append("]}").toString()));
        }
        pause(20);
    }

    /** The life of a member: it joins, polls and commits so many times and until nobody is to go, and leaves. */
    private void live(Random random, int rounds) throws InterruptedException {
        String name = "m" + names.getAndIncrement();
        String subscription =
                "{\"topics\":[\"moving\"],\"consumer\":\"%s\",\"sessionTimeout\":\"60s\"}".formatted(name);
        awaitTheirTurn(rounds);
        // After a kill it may turn out that it had joined.
        assertThat(call(server -> server.post(GROUP + "/consumers", subscription))
                        .status())
                .isIn(201, 409);
        joined.incrementAndGet();
        String member = GROUP + "/consumers/" + name;
        String cursor = call(server -> server.get(member)).body().path("cursor").asString();
        for (int i = 0; (i < rounds || calm) && !over && failure.get() == null; i++) {
            cursor = pollAndCommit(member, cursor, random);
        }
        assertThat(call(server -> server.delete(member)).status()).isIn(204, 404);
    }

    private void awaitTheirTurn(int rounds) throws InterruptedException {
        while (calm && rounds < Integer.MAX_VALUE && !over) {
            pause(5);
        }
    }

    private String pollAndCommit(String member, String from, Random random) throws InterruptedException {
        Map<Integer, Long> known = Map.copyOf(committed);
        ServerProcess.Answer poll = call(server -> server.get(member + "/messages?max=50&wait=200ms&cursor=" + from));
        assertThat(poll.status()).as("%s polls: %s", member, poll.body()).isEqualTo(200);
        for (JsonNode message : poll.body().path("messages")) {
            int partition = message.path("partition").asInt();
            long offset = message.path("offset").asLong();
            assertThat(offset)
                    .as("%s gets what was committed of partition %d", member, partition)
                    .isGreaterThanOrEqualTo(known.getOrDefault(partition, 0L));
            if (!delivered
                    .computeIfAbsent(partition, p -> ConcurrentHashMap.newKeySet())
                    .add(offset)) {
                repeated.incrementAndGet();
            }
        }
        String cursor = poll.body().path("cursor").asString();
        pause(random.nextLong(30, 150));
        ServerProcess.Answer commit =
                call(server -> server.post(member + "/offsets", "{\"cursor\":\"%s\"}".formatted(cursor)));
        assertThat(commit.status()).as("%s commits: %s", member, commit.body()).isIn(200, 409);
        stale.addAndGet(commit.status() == 409 ? 1 : 0);
        for (JsonNode place : commit.body().path("offsets")) {
            committed.merge(
                    place.path("partition").asInt(), place.path("offset").asLong(), Math::max);
        }
        return cursor;
    }

    private interface Request {
        ServerProcess.Answer send(ServerProcess server) throws IOException, InterruptedException;
    }

    /** Makes a call, over kills of the server if need be, until it is answered. */
    private ServerProcess.Answer call(Request request) throws InterruptedException {
        while (true) {
            ServerProcess server = running.get();
            if (server != null) {
                try {
                    return request.send(server);
                } catch (IOException killed) {
                    // Whether it was done nobody knows: it is made again.
                }
            }
            pause(5);
        }
    }

    private static boolean isRebalancing(ServerProcess server) throws IOException, InterruptedException {
        return state(server).equals("rebalancing");
    }

    private static String state(ServerProcess server) throws IOException, InterruptedException {
        return server.get(GROUP).body().path("state").asString();
    }

    /** Whether a hand-over is under way, which is looked for up to five seconds. */
    private static boolean awaitRebalance(ServerProcess server) throws IOException, InterruptedException {
        for (int i = 0; i < 1000; i++) {
            if (isRebalancing(server)) {
                return true;
            }
            pause(5);
        }
        return false;
    }

    private long millisUntilAllIsOwned(ServerProcess server) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!state(server).equals("stable") || owned(server) < PARTITIONS) {
            failIfFailed();
            pause(5);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("until all is owned: %s", server.get(GROUP).body())
                    .isLessThan(OWNED_AGAIN);
        }
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    private static int owned(ServerProcess server) throws IOException, InterruptedException {
        int owned = 0;
        for (JsonNode member : server.get(GROUP).body().path("members")) {
            owned += member.path("assignment").size();
        }
        return owned;
    }

    private int awaitAllDelivered(ServerProcess server) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < OWNED_AGAIN.toNanos() && lag(server) > 0) {
            failIfFailed();
            pause(20);
        }
        int messages = 0;
        for (JsonNode partition : server.get("/topics/moving").body().path("partitions")) {
            long end = partition.path("highWatermark").asLong();
            messages += (int) end;
            assertThat(delivered.get(partition.path("partition").asInt()))
                    .as("delivered of partition %s", partition)
                    .hasSize((int) end);
        }
        return messages;
    }

    private static long lag(ServerProcess server) throws IOException, InterruptedException {
        long lag = 0;
        for (JsonNode offset : server.get(GROUP + "/offsets").body().path("offsets")) {
            lag += offset.path("lag").asLong();
        }
        return lag;
    }

    private void failIfFailed() {
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    private static void pause(long millis) throws InterruptedException {
        boolean _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }
}
