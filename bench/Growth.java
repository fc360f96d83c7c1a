import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How what the server costs grows with what it has: topics, segments, waiting polls; and what a small heap bears. */
public final class Growth implements AutoCloseable {

    private static final String ONE_PARTITION = "{\"name\":\"%s\",\"partitions\":1,\"config\":{\"durability\":\"written\",\"segment.bytes\":\"%d\"}}";
    private static final int GIGABYTE = 1 << 30;

    private final Options options;
    private final Report report = new Report();
    private final Path work;
    private int port = 18090;

    private Growth(Options options) throws IOException {
        this.options = options;
        this.work = Files.createTempDirectory(Path.of("target"), "growth");
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of(args);
        try (Growth growth = new Growth(options)) {
            growth.start();
            growth.read();
            growth.topics();
            growth.waiting();
            growth.smallHeap();
            growth.report.keep(options.toString());
        }
    }

    private Server server(String data, String... jvm) throws IOException, InterruptedException {
        return Server.millrace(work.resolve(data), port++, List.of(jvm));
    }

    private interface Filling {
        void into(Path data) throws IOException;
    }

    /** A directory with a topic "like" that has one message, and with what is added to it. */
    private void shape(String data, Filling filling) throws IOException, InterruptedException {
        try (Server server = server(data, "-Xmx512m"); Connection connection = new Connection(server.url())) {
            connection.expect("POST", "/topics", ONE_PARTITION.formatted("like", GIGABYTE));
            connection.expect("POST", "/topics/like/messages", "{\"value\":1}");
        }
        filling.into(work.resolve(data));
    }

    /** CPU from the start of the process to ready, which others on the machine do not change, and the heap then. */
    private void start() throws IOException, InterruptedException {
        Map<String, Filling> shapes = new TreeMap<>(Map.of(
                "1 segment", data -> {},
                "100 segments of 1 GiB", data -> Shapes.addSegments(data, "like", 100, GIGABYTE),
                "10,000 segments of 16 KiB", data -> Shapes.addSegments(data, "like", 10_000, 16_384),
                "10,000 topics", data -> Shapes.addTopics(data, "like", "t", 10_000)));
        if (!options.wants("start")) {
            return;
        }
        Map<String, Series> clean = new TreeMap<>();
        Map<String, Series> killed = new TreeMap<>();
        Map<String, Long> heap = new TreeMap<>();
        for (Map.Entry<String, Filling> shape : shapes.entrySet()) {
            shape(name(shape.getKey()), shape.getValue());
        }
        for (int round = 0; round < options.rounds(); round++) {
            for (String shape : shapes.keySet()) {
                try (Server server = server(name(shape), "-Xmx512m")) {
                    clean.computeIfAbsent(shape, _ -> new Series()).add(Server.cpuSeconds(server.pid()));
                    heap.put(shape, Server.liveBytes(server.pid()));
                    server.kill();
                }
                try (Server server = server(name(shape), "-Xmx512m")) {
                    killed.computeIfAbsent(shape, _ -> new Series()).add(Server.cpuSeconds(server.pid()));
                }
            }
        }
        for (String shape : shapes.keySet()) {
            report.plain("start, " + shape + ", CPU after a clean stop", "s", clean.get(shape));
            report.plain("start, " + shape + ", CPU after a kill", "s", killed.get(shape));
            report.plain("start, " + shape + ", heap", "MB", Series.of(heap.get(shape) / 1e6));
        }
    }

    private static String name(String shape) {
        return shape.replaceAll("[^0-9a-zA-Z]+", "-");
    }

    /** A poll of one message in the middle of a log. */
    private void read() throws IOException, InterruptedException {
        if (!options.wants("read in the middle")) {
            return;
        }
        try (Server server = server("read", "-Xmx512m"); Connection connection = new Connection(server.url())) {
            String message = "{\"value\":{\"id\":12345678,\"text\":\"" + "x".repeat(74) + "\"}}";
            String batch = "{\"messages\":[" + (message + ",").repeat(99) + message + "]}";
            for (String name : List.of("one", "many")) {
                int segmentBytes = name.equals("one") ? GIGABYTE : 16_384;
                connection.expect("POST", "/topics", ONE_PARTITION.formatted(name, segmentBytes));
                for (int i = 0; i < 1000; i++) {
                    connection.expect("POST", "/topics/" + name + "/messages", batch);
                }
            }
            Map<String, Series> p50 = new TreeMap<>();
            for (int round = 0; round <= options.rounds(); round++) {
                for (String name : List.of("one", "many")) {
                    Wrk.Reached reached = new Wrk("get", 1).run(server.url().resolve(
                            "/topics/" + name + "/partitions/0/messages?max=1&offset=50000"), options.seconds());
                    if (round > 0) {
                        p50.computeIfAbsent(name, _ -> new Series()).add(reached.p50Millis());
                    }
                }
            }
            report.atMost("read in the middle of 1,000 segments, p50", "ms", p50.get("many"), "of 1", p50.get("one"), 1.5);
        }
    }

    /** Produces to topics in turn, of as many as there are. */
    private void topics() throws IOException, InterruptedException {
        if (!options.wants("topics in turn")) {
            return;
        }
        int[] counts = {1, 100, 9_900};
        Map<Integer, Produce.Rounds> reached = new TreeMap<>();
        List<Server> servers = new ArrayList<>();
        try {
            for (int count : counts) {
                String data = "topics-" + count;
                shape(data, directory -> Shapes.addTopics(directory, "like", "t", count));
                servers.add(server(data, "-Xmx512m"));
            }
            for (int round = 0; round <= options.rounds(); round++) {
                for (int i = 0; i < counts.length; i++) {
                    Wrk wrk = new Wrk("topics", 16, "t", Integer.toString(counts[i]));
                    Wrk.Reached once = wrk.run(servers.get(i).url().resolve("/topics"), options.seconds());
                    if (round > 0) {
                        Produce.Rounds rounds = reached.computeIfAbsent(counts[i], _ -> new Produce.Rounds());
                        rounds.perSecond.add(once.requestsPerSecond());
                        rounds.p50.add(once.p50Millis());
                        rounds.p99.add(once.p99Millis());
                    }
                }
            }
            Produce.Rounds one = reached.get(1);
            for (int i = 0; i < counts.length; i++) {
                String work = "%,d topics in turn".formatted(counts[i]);
                Produce.Rounds these = reached.get(counts[i]);
                report.atLeast(work, "messages/s", these.perSecond, "of 1", one.perSecond, 0.7);
                report.atMost(work + ", p50", "ms", these.p50, "of 1", one.p50, 1.5);
                report.atMost(work + ", p99", "ms", these.p99, "of 1", one.p99, 2);
                described(work, servers.get(i));
            }
        } finally {
            for (Server server : servers) {
                server.close();
            }
        }
    }

    private void described(String work, Server server) throws IOException, InterruptedException {
        try (Connection connection = new Connection(server.url())) {
            long start = System.nanoTime();
            byte[] metrics = connection.expect("GET", "/actuator/prometheus", "");
            report.plain(work + ", a scrape", "ms", Series.of((System.nanoTime() - start) / 1e6));
            report.plain(work + ", its size", "KB", Series.of(metrics.length / 1e3));
            start = System.nanoTime();
            connection.expect("POST", "/topics", ONE_PARTITION.formatted("another", GIGABYTE));
            report.plain(work + ", one more is made", "ms", Series.of((System.nanoTime() - start) / 1e6));
        }
        report.plain(work + ", heap", "MB", Series.of(Server.liveBytes(server.pid()) / 1e6));
        report.plain(work + ", open files", "", Series.of(Server.descriptors(server.pid())));
    }

    private void waiting() throws IOException, InterruptedException {
        for (int polls : new int[] {1_000, 10_000}) {
            String work = "%,d waiting polls".formatted(polls);
            if (options.wants(work)) {
                try (Server server = server("waiting-" + polls, "-Xmx2g")) {
                    WaitingPolls.Cost cost = WaitingPolls.measure(server.url(), polls, 100, server.pid());
                    report.plain(work + ", heap of each", "KB", Series.of(cost.heapKilobytes()));
                    report.plain(work + ", resident of each", "KB", Series.of(cost.residentKilobytes()));
                    report.plain(work + ", threads", "", Series.of(cost.threads()));
                }
            }
        }
    }

    /** What is too much for a heap of 256 MB must be refused, and others answered meanwhile. */
    private void smallHeap() throws IOException, InterruptedException {
        if (!options.wants("heap of 256 MB")) {
            return;
        }
        try (Server server = server("small-heap", "-Xmx256m")) {
            SmallHeap small = new SmallHeap(server.url());
            small.fill();
            report.told("heap of 256 MB, 16 clients post 60 MB each", small.largeBatches(16, 3, 60 << 20));
            report.told("heap of 256 MB, 64 clients read 32 MB each", small.largePolls(64, 3));
            Map<String, Integer> meanwhile = new TreeMap<>();
            report.told("heap of 256 MB, 300 clients ask for 32 MB and do not read", small.slowPolls(300, meanwhile));
            report.told("heap of 256 MB, POSTs of others meanwhile", meanwhile);
            meanwhile.clear();
            report.told("heap of 256 MB, 1,500 streams whose clients do not read", small.slowStreams(1500, meanwhile));
            report.told("heap of 256 MB, POSTs of others meanwhile", meanwhile);
            meanwhile.clear();
            report.told("heap of 256 MB, 10,000 polls that would wait", small.waitingPolls(10_000, meanwhile));
            report.told("heap of 256 MB, POSTs of others meanwhile", meanwhile);
            report.plain("heap of 256 MB, resident thereafter", "MB", Series.of(Server.residentMegabytes(server.pid())));
            report.plain("heap of 256 MB, OutOfMemoryErrors", "", Series.of(outOfMemory("small-heap.log")));
        }
    }

    private double outOfMemory(String log) throws IOException {
        try (Stream<String> lines = Files.lines(work.resolve(log))) {
            return lines.filter(line -> line.contains("OutOfMemoryError")).count();
        }
    }

    @Override
    public void close() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(work)) {
            all.sorted(Comparator.reverseOrder()).forEach(files::add);
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
