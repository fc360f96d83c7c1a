import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures Millrace against the ceiling of the machine: what the HTTP stack and a JSON parser can do without storing anything,
 * and what the disk takes. What is compared is measured in turns, so that whatever else the machine does meets both.
 */
public final class Run {

    private static final int MESSAGES = 4_000_000;
    private static final String WRITTEN = "\"partitions\":3,\"config\":{\"durability\":\"written\",\"segment.bytes\":\"1073741824\"}";

    private final Options options;
    private final Report report = new Report();
    private final Produce produce;
    private final Stage stage;
    private final URI millrace;

    private Run(Options options, Stage stage) {
        this.options = options;
        this.produce = new Produce(options);
        this.stage = stage;
        this.millrace = stage == null ? options.url() : stage.millrace().url();
    }

    public static void main(String[] args) throws Exception {
        Options options = Options.of(args);
        if (options.url() != null) {
            new Run(options, null).any();
            return;
        }
        try (Stage stage = new Stage()) {
            Run run = new Run(options, stage);
            run.all();
            run.report.keep(options.toString());
        }
    }

    /** What can be measured of a server of which nothing is known but its URL. */
    private void any() throws IOException, InterruptedException {
        Produce.Target target = new Produce.Target("url", millrace, "\"partitions\":3");
        for (int connections : new int[] {1, 16, 64}) {
            plain("single POST, " + connections(connections), new Wrk("single", connections), 1, target);
        }
        plain("batches of 100 x 100 B, 16 connections", new Wrk("batch", 16, "100", "100"), 100, target);
        plain("batches of 1000 x 1 KiB, 8 connections", new Wrk("batch", 8, "1000", "1024"), 1000, target);
        consume();
        latency();
    }

    private void plain(String work, Wrk wrk, int messages, Produce.Target target) throws IOException, InterruptedException {
        if (options.wants(work)) {
            Produce.Rounds rounds = produce.measure(wrk, target).get("url");
            report.plain(work, "messages/s", rounds.perSecond.times(messages));
            report.plain(work + ", p99", "ms", rounds.p99);
        }
    }

    private void all() throws IOException, InterruptedException {
        warmUp();
        single();
        batches();
        consume();
        latency();
        forced();
        spread();
        idle();
        waiting();
        start();
        kafka();
    }

    /** Has every JVM compile what it runs, so that what is measured first is not measured cold. */
    private void warmUp() throws IOException, InterruptedException {
        Produce once = new Produce(new Options(options.seconds(), 2, "", null));
        once.measure(new Wrk("single", 16), bare(), Produce.Target.bare("virtual", stage.bareVirtual().url()), written());
    }

    private Produce.Target written() {
        return new Produce.Target("written", millrace, WRITTEN);
    }

    private Produce.Target fsync(int partitions) {
        return new Produce.Target("fsync-" + partitions, millrace,
                "\"partitions\":" + partitions + ",\"config\":{\"durability\":\"fsync\"}");
    }

    private Produce.Target bare() {
        return Produce.Target.bare("bare", stage.bare().url());
    }

    private void single() throws IOException, InterruptedException {
        if (options.wants("single POST, 1 connection")) {
            Map<String, Produce.Rounds> one = produce.measure(
                    new Wrk("single", 1), bare(), Produce.Target.bare("virtual", stage.bareVirtual().url()), written());
            Series better = one.get("bare").perSecond.better(one.get("virtual").perSecond);
            report.atLeast("single POST, 1 connection", "messages/s", one.get("written").perSecond, "bare", better, 0.7);
        }
        for (int connections : new int[] {16, 64}) {
            String work = "single POST, " + connections(connections);
            if (options.wants(work)) {
                Map<String, Produce.Rounds> rounds = produce.measure(new Wrk("single", connections), bare(), written());
                Produce.Rounds mine = rounds.get("written");
                Produce.Rounds its = rounds.get("bare");
                report.atLeast(work, "messages/s", mine.perSecond, "bare", its.perSecond, 0.85);
                report.atMost(work + ", p99", "ms", mine.p99, "bare", its.p99, 1);
            }
        }
    }

    private void batches() throws IOException, InterruptedException {
        String small = "batches of 100 x 100 B, 16 connections";
        if (options.wants(small)) {
            Map<String, Produce.Rounds> rounds = produce.measure(new Wrk("batch", 16, "100", "100"), bare(), written());
            report.atLeast(small, "messages/s", rounds.get("written").perSecond.times(100),
                    "bare", rounds.get("bare").perSecond.times(100), 0.6);
        }
        String large = "batches of 1000 x 1 KiB, 8 connections";
        if (options.wants(large)) {
            Series disk = new Series();
            for (int round = 0; round < options.rounds(); round++) {
                disk.add(Disk.sequentialBytes(stage.directory(), options.seconds()) / 1e6);
            }
            Map<String, Produce.Rounds> rounds = produce.measure(new Wrk("batch", 8, "1000", "1024"), bare(), written());
            double megabytes = 1000 * 1024 / 1e6;
            Series ceiling = rounds.get("bare").perSecond.times(0.5 * megabytes).smaller(disk.times(0.9));
            report.atLeast(large, "MB/s", rounds.get("written").perSecond.times(megabytes),
                    "half of bare or 90 % of the disk", ceiling, 1);
            report.plain("the disk, written one after the other and forced at the end", "MB/s", disk);
        }
    }

    private void consume() throws IOException {
        String work = "one consumer polls %,d x 100 B".formatted(MESSAGES);
        if (options.wants(work)) {
            Series reached = new Series();
            try (Consume consume = new Consume(millrace, MESSAGES)) {
                consume.run();
                for (int round = 0; round < options.rounds(); round++) {
                    reached.add(consume.run());
                }
            }
            report.above(work, "messages/s", reached, 1_500_000);
        }
    }

    private void latency() throws IOException, InterruptedException {
        String work = "200 messages/s, POST to receipt by long poll";
        if (!options.wants(work)) {
            return;
        }
        URI bare = stage == null ? null : stage.bare().url();
        double seconds = Math.max(5, options.seconds());
        Series[] mine = {new Series(), new Series()};
        Series[] ceiling = {new Series(), new Series()};
        for (int round = 0; round <= options.rounds(); round++) {
            // The first one warms up, at a rate at which that does not take minutes.
            int perSecond = round == 0 ? 2000 : 200;
            double length = round == 0 ? 4 * seconds : seconds;
            add(mine, round, Latency.toReceipt(millrace, perSecond, length));
            if (bare != null) {
                add(ceiling, round, Latency.toAnswer(bare, perSecond, length));
            }
        }
        report.below(work + ", p50", "ms", mine[0], 0.8);
        report.below(work + ", p99", "ms", mine[1], 3);
        if (bare != null) {
            report.plain("the same rate, POST to answer of the bare endpoint, p50", "ms", ceiling[0]);
            report.plain("the same rate, POST to answer of the bare endpoint, p99", "ms", ceiling[1]);
        }
    }

    private static void add(Series[] percentiles, int round, double[] millis) {
        if (round > 0) {
            percentiles[0].add(millis[millis.length / 2]);
            percentiles[1].add(millis[(int) (millis.length * 0.99)]);
        }
    }

    /** With every message forced before its answer, one connection against the disk, and many against no force at all. */
    private void forced() throws IOException, InterruptedException {
        if (options.wants("fsync, 1 connection")) {
            Series disk = new Series();
            Series mine = new Series();
            Wrk wrk = new Wrk("single", 1);
            Produce once = new Produce(new Options(options.seconds(), 1, "", null));
            for (int round = 0; round < options.rounds(); round++) {
                disk.add(Disk.forces(stage.directory(), options.seconds()));
                mine.add(once.measure(wrk, fsync(1)).get("fsync-1").perSecond.median());
            }
            report.atLeast("fsync, 1 connection", "messages/s", mine, "append and force", disk, 0.6);
        }
        if (options.wants("fsync, 64 connections")) {
            Map<String, Produce.Rounds> many = produce.measure(new Wrk("single", 64), written(), fsync(3));
            report.atLeast("fsync, 64 connections", "messages/s", many.get("fsync-3").perSecond,
                    "written", many.get("written").perSecond, 0.7);
        }
    }

    private void spread() throws IOException, InterruptedException {
        if (!options.wants("fsync, 64 connections over partitions")) {
            return;
        }
        int[] partitions = {1, 10, 100, 1000};
        Series[] reached = new Series[partitions.length];
        for (int i = 0; i < partitions.length; i++) {
            reached[i] = new Series();
        }
        Produce once = new Produce(new Options(options.seconds(), 1, "", null));
        for (int round = 0; round < options.rounds(); round++) {
            for (int i = 0; i < partitions.length; i++) {
                Wrk wrk = new Wrk("spread", 64, Integer.toString(partitions[i]));
                reached[i].add(once.measure(wrk, fsync(partitions[i])).get("fsync-" + partitions[i]).perSecond.median());
            }
        }
        report.plain("fsync, 64 connections over 1 partition", "messages/s", reached[0]);
        for (int i = 1; i < partitions.length; i++) {
            report.atLeast("fsync, 64 connections over %,d partitions".formatted(partitions[i]), "messages/s",
                    reached[i], "over one", reached[0], 2.0 / 3);
        }
    }

    private void idle() throws IOException, InterruptedException {
        if (options.wants("idle consumer")) {
            IdleConsumers.Cost cost = IdleConsumers.measure(millrace, 2000, 2000, stage.millrace().pid());
            report.below("an idle consumer of its own group", "KB of heap", Series.of(cost.kilobytes()), 10);
            report.below("threads of an idle consumer", "", Series.of(cost.threads()), 0.01);
            report.below("file descriptors of an idle consumer", "", Series.of(cost.descriptors()), 0.01);
        }
    }

    private void waiting() throws IOException, InterruptedException {
        if (options.wants("waiting polls")) {
            WaitingPolls.Cost cost = WaitingPolls.measure(millrace, 10_000, 1000, stage.millrace().pid());
            report.plain("each of 10,000 waiting polls on 1,000 topics, resident", "KB", Series.of(cost.residentKilobytes()));
            report.plain("the same, heap", "KB", Series.of(cost.heapKilobytes()));
            report.plain("threads of the process with 10,000 waiting polls", "", Series.of(cost.threads()));
            report.plain("polls answered for nothing when one topic gets a message", "", Series.of(cost.wokenForNothing()));
        }
    }

    private void start() throws IOException, InterruptedException {
        if (!options.wants("start to ready")) {
            return;
        }
        Series seconds = new Series();
        Series resident = new Series();
        for (int round = 0; round < options.rounds(); round++) {
            try (Server fresh = stage.millrace("start-" + round, 18083)) {
                seconds.add(fresh.startSeconds());
                TimeUnit.SECONDS.sleep(5);
                Server.trim(fresh.pid());
                resident.add(Server.residentMegabytes(fresh.pid()));
            }
        }
        report.below("start to ready", "s", seconds, 1.5);
        report.below("resident when idle and trimmed", "MB", resident, 250);
        Series bare = new Series();
        bare.add(stage.bare().startSeconds());
        bare.add(stage.bareVirtual().startSeconds());
        report.plain("the bare endpoint, start to ready", "s", bare);
    }

    /** The names all begin alike, so that a broker is started only when it is needed. */
    private void kafka() throws IOException, InterruptedException {
        if (options.wantsSomeOf("on Kafka")) {
            try (OnKafka kafka = new OnKafka(options, report, stage)) {
                kafka.measure(MESSAGES / 4);
            }
        }
    }

    private static String connections(int count) {
        return count == 1 ? "1 connection" : count + " connections";
    }
}
