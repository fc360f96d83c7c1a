package io.millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.group.Assignor;
import io.millrace.group.AutoOffsetReset;
import io.millrace.group.ConsumerView;
import io.millrace.group.GroupCoordinator;
import io.millrace.group.GroupName;
import io.millrace.group.GroupSettings;
import io.millrace.group.GroupState;
import io.millrace.group.Subscription;
import io.millrace.log.LocalShards;
import io.millrace.log.OutsideOffsets;
import io.millrace.log.TopicSettings;
import io.millrace.log.segment.FileDisk;
import io.millrace.log.segment.SegmentLogEngine;
import io.millrace.record.TopicName;
import io.millrace.time.SystemTimer;
import io.millrace.time.Time;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What groups cost the coordinator, without HTTP, in CPU time of the process: a large group that settles, and many groups. Give
 * it a directory that it may fill.
 */
public final class GroupScale {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final Duration LONG = Duration.ofHours(1);

    private final SegmentLogEngine log;
    private final GroupCoordinator groups;

    private GroupScale(Path directory) {
        log = SegmentLogEngine.open(new FileDisk(), directory, "the benchmark");
        groups = new GroupCoordinator(
                log,
                new LocalShards(log),
                OutsideOffsets.NONE,
                Time.system(),
                new SystemTimer("timer"),
                Runnable::run,
                new Random(1),
                new GroupSettings(4, 20_000, 1_000, Duration.ofDays(7)));
    }

    public static void main(String[] args) {
        GroupScale scale = new GroupScale(Path.of(args[0]));
        for (int run = 1; run <= 5; run++) {
            scale.settle("settle-" + run, 500, 1_000);
        }
        scale.many(10_000, 5);
        scale.log.close();
    }

    /** Members join one after the other, and call until each has what it is to have. */
    private void settle(String name, int members, int partitions) {
        Subscription subscription = topic(name, partitions);
        GroupName group = new GroupName(name);
        double journalBefore = journalBytes();
        double start = cpuSeconds();
        for (int m = 0; m < members; m++) {
            ConsumerView _ = groups.subscribe(group, "m" + m, subscription);
        }
        double joined = cpuSeconds();
        int rounds = 0;
        while (groups.group(group).state() != GroupState.STABLE) {
            IntStream.range(0, members).forEach(m -> groups.heartbeat(group, "m" + m));
            rounds++;
        }
        double end = cpuSeconds();
        System.out.printf(
                "%d members, %,d partitions: joined in %.2f s, settled in %.2f s of CPU more (%d rounds), %.1f MB of journal%n",
                members, partitions, joined - start, end - joined, rounds, (journalBytes() - journalBefore) / 1e6);
    }

    private void many(int count, int members) {
        Subscription subscription = topic("many", 10);
        int step = count / 5;
        for (int from = 0; from < count; from += step) {
            double start = cpuSeconds();
            for (int g = from; g < from + step; g++) {
                for (int m = 0; m < members; m++) {
                    ConsumerView _ = groups.subscribe(group(g), "m" + m, subscription);
                }
            }
            double joined = cpuSeconds();
            beat(from, from + step, members);
            double beaten = cpuSeconds();
            System.out.printf(
                    "groups %,6d to %,6d: %.1f µs of CPU a join, %.1f µs a first heartbeat%n",
                    from,
                    from + step,
                    1e6 * (joined - start) / (step * members),
                    1e6 * (beaten - joined) / (step * members));
        }
        for (int round = 0; round < 3; round++) {
            double start = cpuSeconds();
            beat(0, count, members);
            System.out.printf(
                    "%,d members: %.2f µs of CPU a heartbeat%n",
                    count * members, 1e6 * (cpuSeconds() - start) / (count * members));
        }
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf("heap in use: %.0f MB%n", (runtime.totalMemory() - runtime.freeMemory()) / 1e6);
    }

    private void beat(int from, int to, int members) {
        for (int m = 0; m < members; m++) {
            for (int g = from; g < to; g++) {
                var _ = groups.heartbeat(group(g), "m" + m);
            }
        }
    }

    private static GroupName group(int number) {
        return new GroupName("group-" + number);
    }

    private Subscription topic(String name, int partitions) {
        TopicName topic = new TopicName(name);
        log.createTopic(topic, partitions, TopicSettings.DEFAULTS);
        return new Subscription(
                List.of(topic), null, null, AutoOffsetReset.EARLIEST, LONG, LONG, Assignor.COOPERATIVE_STICKY, false);
    }

    private double journalBytes() {
        TopicName journal = LocalShards.topicOf("groups");
        return IntStream.range(0, 4)
                .mapToLong(p -> log.offsets(log.topic(journal).orElseThrow().partition(p))
                        .sizeInBytes())
                .sum();
    }

    private static double cpuSeconds() {
        return SYSTEM.getProcessCpuTime() / 1e9;
    }
}
