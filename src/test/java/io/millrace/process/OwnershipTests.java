package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.process.ConsumerLog.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Three processes consume in a group; one is killed, and one stands still for longer than its session lasts. */
class OwnershipTests {

    private static final int PARTITIONS = 6;
    private static final String GROUP = "owners";
    private static final long WORK_MILLIS = 700;

    @TempDir
    Path dataDir;

    private volatile boolean produced;

    @Test
    void aPartitionIsNeverOfTwoAndEachMessageIsDoneOnce() throws Exception {
        try (ServerProcess server = ServerProcess.start(dataDir)) {
            server.post("/topics", "{\"name\":\"work\",\"partitions\":" + PARTITIONS + "}");
            Thread producer = Thread.ofVirtual().start(() -> produce(server));
            // Who is to stand still works long on an answer, so that it can be met at that.
            try (ConsumerLog killed = start(server, "killed", "3s", 50);
                    ConsumerLog stopped = start(server, "stopped", "3s", WORK_MILLIS);
                    ConsumerLog steady = start(server, "steady", "60s", WORK_MILLIS)) {
                await(() -> Stream.of(killed, stopped, steady).allMatch(log -> polls(log) > 3));
                stopAtWork(stopped, 1);
                await(() -> heldPartitions(killed) > 0);
                killed.kill();
                await(() -> assignment(server, "steady") == PARTITIONS);
                int before = polls(steady);
                await(() -> polls(steady) > before + 10);
                stopAtWork(steady, PARTITIONS / 2 + 1);
                int met = polls(stopped);
                stopped.signal("CONT");
                await(() -> polls(stopped) > met && heldPartitions(stopped) > 0);
                steady.signal("CONT");
                int after = polls(steady);
                await(() -> polls(steady) > after + 10);
                produced = true;
                producer.join();
                await(() -> lag(server) == 0);
                // What the last of them answered has to be told yet.
                await(() -> heldPartitions(stopped) + heldPartitions(steady) == 0);
                check(server, killed, stopped, steady);
            }
        }
    }

    private static ConsumerLog start(ServerProcess server, String name, String session, long workMillis)
            throws IOException {
        String subscription =
                "{\"topics\":[\"work\"],\"consumer\":\"%s\",\"sessionTimeout\":\"%s\",\"rebalanceTimeout\":\"2s\"}"
                        .formatted(name, session);
        return ConsumerLog.start(server.url(), GROUP, name, subscription, workMillis);
    }

    /**
     * Stops it while it works on messages of at least so many partitions, with their commit not sent yet: one that was
     * met at the end of its work goes on, and is met again.
     */
    private static void stopAtWork(ConsumerLog log, int partitions) throws IOException, InterruptedException {
        boolean atWork = false;
        for (int i = 0; i < 20 && !atWork; i++) {
            await(() -> heldPartitions(log) >= partitions);
            log.signal("STOP");
            long since = log.calls().getLast().end();
            atWork = heldPartitions(log) >= partitions && ConsumerProcess.micros() - since < WORK_MILLIS * 1_000 / 2;
            if (!atWork) {
                int told = log.calls().size();
                log.signal("CONT");
                await(() -> log.calls().size() > told);
            }
        }
        assertThat(atWork).as("%s was met at work", log.name()).isTrue();
    }

    /** Of how many partitions it has messages that it works on. */
    private static int heldPartitions(ConsumerLog log) {
        List<Call> calls = log.calls();
        return calls.isEmpty()
                ? 0
                : (int) IntStream.range(0, PARTITIONS)
                        .filter(p -> !calls.getLast().messages(p).isEmpty())
                        .count();
    }

    private void produce(ServerProcess server) {
        String messages = IntStream.range(0, PARTITIONS)
                .mapToObj(i -> "{\"partition\":%d,\"value\":%d}".formatted(i, i))
                .collect(Collectors.joining(",", "{\"messages\":[", "]}"));
        try {
            while (!produced) {
                assertThat(server.post("/topics/work/messages", messages).status())
                        .isEqualTo(200);
                boolean _ = new CountDownLatch(1).await(40, TimeUnit.MILLISECONDS);
            }
        } catch (IOException | InterruptedException ended) {
            throw new AssertionError(ended);
        }
    }

    private static int polls(ConsumerLog log) {
        return (int) log.calls().stream().filter(Call::hasMessages).count();
    }

    private static JsonNode get(ServerProcess server, String path) {
        try {
            return server.get(path).body();
        } catch (IOException | InterruptedException ended) {
            throw new AssertionError(ended);
        }
    }

    private static int assignment(ServerProcess server, String consumer) {
        return get(server, "/groups/" + GROUP + "/consumers/" + consumer)
                .path("assignment")
                .size();
    }

    private static long lag(ServerProcess server) {
        long lag = 0;
        for (JsonNode offset : get(server, "/groups/" + GROUP + "/offsets").path("offsets")) {
            lag += offset.path("lag").asLong();
        }
        return lag;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 4500 && !condition.getAsBoolean(); i++) {
            boolean _ = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private static void check(ServerProcess server, ConsumerLog killed, ConsumerLog stopped, ConsumerLog steady) {
        List<Call> calls = Stream.of(killed, stopped, steady)
                .flatMap(log -> log.calls().stream())
                .sorted(Comparator.comparingLong(Call::end))
                .toList();
        JsonNode ends = get(server, "/topics/work").path("partitions");
        int messages = 0;
        int handOvers = 0;
        int again = 0;
        int untold = 0;
        for (int p = 0; p < PARTITIONS; p++) {
            long end = ends.get(p).path("highWatermark").asLong();
            messages += (int) end;
            handOvers += checkOwners(calls, p);
            again += checkAllDelivered(calls, p, end);
            untold += checkDoneInOrder(calls, p, end, killed.name());
        }
        long notFound = refused(stopped, 404, "consumer-not-found");
        long stale = refused(steady, 409, "stale-generation");
        System.out.printf(
                "three processes, one killed, two stopped: %d messages, %d accepted commits, %d hand-overs, two owners at once 0, "
                        + "lost 0, done twice 0, delivered again uncommitted %d, committed by the killed one without its telling %d, "
                        + "late commits refused %d (its session was over) + %d (stale-generation)%n",
                messages, commits(calls), handOvers, again, untold, notFound, stale);
        assertThat(notFound).as("the commit of one whose session was over").isEqualTo(1);
        assertThat(stale).as("the commit of one whose partitions had moved").isEqualTo(1);
    }

    private static long commits(List<Call> calls) {
        return calls.stream()
                .filter(call -> call.is("COMMIT") && call.status() == 200)
                .count();
    }

    private static long refused(ConsumerLog log, int status, String code) {
        return log.calls().stream()
                .filter(call -> call.is("COMMIT") && call.status() == status)
                .filter(call -> call.body().path("code").asString().equals(code))
                .count();
    }

    /** No commit that was sent after another had got messages of the partition is accepted; how often the owner changed. */
    private static int checkOwners(List<Call> calls, int partition) {
        int handOvers = 0;
        String owner = "";
        long since = 0;
        for (Call call : calls) {
            if (!call.messages(partition).isEmpty() && !call.consumer().equals(owner)) {
                handOvers += owner.isEmpty() ? 0 : 1;
                owner = call.consumer();
                since = call.end();
            } else if (call.is("COMMIT")
                    && call.committed(partition) >= 0
                    && !call.consumer().equals(owner)) {
                assertThat(call.begin())
                        .as("partition %d is of %s, and %s", partition, owner, call)
                        .isLessThan(since);
            }
        }
        return handOvers;
    }

    /** Nothing is missing; how many messages were delivered more than once. */
    private static int checkAllDelivered(List<Call> calls, int partition, long end) {
        Map<Long, Integer> times = new TreeMap<>();
        for (Call call : calls) {
            call.messages(partition).forEach(offset -> times.merge(offset, 1, Integer::sum));
        }
        assertThat(times.keySet())
                .containsExactlyElementsOf(LongStream.range(0, end).boxed().toList());
        return (int) times.values().stream().filter(count -> count > 1).count();
    }

    /**
     * What the accepted commits cover, each what its consumer has got since its last one, is every message once and in
     * order; how many are missing there, because the killed consumer died before it could tell.
     */
    private static int checkDoneInOrder(List<Call> calls, int partition, long end, String killed) {
        Map<String, List<Long>> held = new HashMap<>();
        List<Long> done = new ArrayList<>();
        Set<Long> missing = LongStream.range(0, end).boxed().collect(Collectors.toSet());
        List<Long> heldByKilled = List.of();
        for (Call call : inOrderOfCommits(calls)) {
            List<Long> got = call.messages(partition);
            long upTo = call.is("COMMIT") ? call.committed(partition) : -1;
            List<Long> holds = held.computeIfAbsent(call.consumer(), c -> new ArrayList<>());
            if (!got.isEmpty()) {
                // Whoever had something of it before cannot commit that any more.
                held.forEach((consumer, theirs) -> {
                    if (theirs != holds || !theirs.isEmpty() && theirs.getLast() >= got.getFirst()) {
                        theirs.clear();
                    }
                });
                holds.addAll(got);
                heldByKilled = call.consumer().equals(killed) ? List.copyOf(holds) : heldByKilled;
            } else if (upTo >= 0 && !holds.isEmpty()) {
                assertThat(holds.getLast() + 1).as("%s", call).isEqualTo(upTo);
                done.addAll(holds);
                holds.clear();
            }
        }
        assertThat(done).doesNotHaveDuplicates().isSorted();
        done.forEach(missing::remove);
        assertThat(heldByKilled).containsAll(missing);
        return missing.size();
    }

    /** A commit that was accepted was so before another got messages of the partition; its answer may have come later. */
    private static List<Call> inOrderOfCommits(List<Call> calls) {
        return calls.stream()
                .sorted(Comparator.comparingLong(call -> call.is("COMMIT") ? call.begin() : call.end()))
                .toList();
    }
}
