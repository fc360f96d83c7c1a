import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Many groups with their heartbeats: how fast members join, whether the beats are answered in time, and what that costs the
 * server. A beat's latency counts from when it was due, not from when it could be sent.
 *
 * <p>Arguments: URL, groups, members a group, seconds between two beats of a member, seconds to go on, server's process id.
 */
public class Groups {

    private static final int CONNECTIONS = 32;
    private static final String TOPIC = "groups-" + System.nanoTime();

    private final URI server;
    private final int groups;
    private final int members;
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicReference<String> refusal = new AtomicReference<>();

    private Groups(URI server, int groups, int members) {
        this.server = server;
        this.groups = groups;
        this.members = members;
    }

    public static void main(String[] args) throws Exception {
        Groups bench = new Groups(URI.create(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        double interval = Double.parseDouble(args[3]);
        double seconds = Double.parseDouble(args[4]);
        String pid = args.length > 5 ? args[5] : null;
        try (Connection client = new Connection(bench.server)) {
            client.expect("POST", "/topics", "{\"name\":\"" + TOPIC + "\",\"partitions\":10}");
        }
        bench.join(pid);
        bench.beat(interval, seconds, pid);
    }

    private void join(String pid) throws Exception {
        int tenth = Math.max(1, groups / 10);
        double first = 0;
        double last = 0;
        double cpu = cpuSeconds(pid);
        long start = System.nanoTime();
        for (int from = 0; from < groups; from += tenth) {
            int begin = from;
            int end = Math.min(groups, from + tenth);
            long now = System.nanoTime();
            onAll((client, number) -> {
                for (int g = begin + number; g < end; g += CONNECTIONS) {
                    for (int m = 0; m < members; m++) {
                        String body = "{\"topics\":[\"%s\"],\"consumer\":\"m%d\"}".formatted(TOPIC, m);
                        note(client.call("POST", "/groups/" + group(g) + "/consumers", body));
                    }
                }
            });
            last = (end - begin) * members / ((System.nanoTime() - now) / 1e9);
            first = first == 0 ? last : first;
        }
        double taken = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%,d groups of %d members: %,.0f joins a second (the first tenth %,.0f, the last %,.0f)%s%n",
                groups, members, groups * members / taken, first, last, cpu(pid, cpu, taken));
    }

    private void beat(double interval, double seconds, String pid) throws Exception {
        int all = groups * members;
        int rounds = (int) Math.max(1, seconds / interval);
        double cpu = cpuSeconds(pid);
        long begin = System.nanoTime() + 100_000_000;
        List<long[]> latencies = new ArrayList<>();
        onAll((client, number) -> {
            long[] mine = new long[rounds * (all / CONNECTIONS + 1)];
            int count = 0;
            for (int round = 0; round < rounds; round++) {
                for (int i = number; i < all; i += CONNECTIONS) {
                    long due = begin + (long) ((round + (double) i / all) * interval * 1e9);
                    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                        LockSupport.parkNanos(left);
                    }
                    String member = "/groups/" + group(i / members) + "/consumers/m" + i % members;
                    note(client.call("POST", member + "/heartbeat", ""));
                    mine[count++] = System.nanoTime() - due;
                }
            }
            synchronized (latencies) {
                latencies.add(Arrays.copyOf(mine, count));
            }
        });
        double taken = (System.nanoTime() - begin) / 1e9;
        long[] sorted = latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        System.out.printf(
                "a beat every %.0f s for %.0f s: wanted %,.0f a second, got %,.0f; p50 %.2f ms, p99 %.2f ms; refused %d%s%n",
                interval,
                taken,
                all / interval,
                sorted.length / taken,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                refused.get(),
                cpu(pid, cpu, taken));
        if (refusal.get() != null) {
            System.out.println("first refusal: " + refusal.get());
        }
        if (pid != null) {
            System.out.printf("server: %.0f MB resident%n", Server.residentMegabytes(Long.parseLong(pid)));
        }
    }

    private static String group(int number) {
        return TOPIC + "-" + number;
    }

    private void note(Connection.Answer answer) {
        if (!answer.isFine()) {
            note(answer.text());
        }
    }

    private void note(String problem) {
        refused.incrementAndGet();
        refusal.compareAndSet(null, problem);
    }

    private interface Work {
        void on(Connection client, int number) throws IOException;
    }

    private void onAll(Work work) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(CONNECTIONS);
        for (int c = 0; c < CONNECTIONS; c++) {
            int number = c;
            Thread.ofPlatform().daemon().start(() -> {
                try (Connection client = new Connection(server)) {
                    work.on(client, number);
                } catch (IOException e) {
                    note(e.toString());
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
    }

    private static String cpu(String pid, double before, double taken) throws IOException {
        return pid == null ? "" : ", server %.0f %% of a core".formatted(100 * (cpuSeconds(pid) - before) / taken);
    }

    private static double cpuSeconds(String pid) throws IOException {
        return pid == null ? 0 : Server.cpuSeconds(Long.parseLong(pid));
    }
}
