package io.millrace.bench;

import io.millrace.log.Appended;
import io.millrace.log.TopicSettings;
import io.millrace.log.segment.FileDisk;
import io.millrace.log.segment.SegmentLogEngine;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.util.FileSystemUtils;

/**
 * Appends to one partition on the disk that {@code target} is on, each awaited. A topic that is made anew for each iteration
 * keeps the disk from filling.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AppendBenchmark {

    private static final TopicName TOPIC = new TopicName("appended");

    @Param({"written", "fsync"})
    public String durability = "";

    /** Records of each append, of 100 bytes each. */
    @Param({"1", "100"})
    public int records;

    private final TopicPartition partition = new TopicPartition(TOPIC, 0);
    private Path directory = Path.of("");
    private SegmentLogEngine log;
    private List<DraftRecord> drafts = List.of();

    @Setup
    public void open() throws IOException {
        drafts = Bodies.drafts(records);
        directory = Files.createTempDirectory(Path.of("target"), "append");
        log = SegmentLogEngine.open(new FileDisk(), directory, "the benchmark");
    }

    @Setup(Level.Iteration)
    public void createTopic() {
        log.createTopic(TOPIC, 1, TopicSettings.DEFAULTS.with(Map.of("durability", durability)));
    }

    @Benchmark
    @Threads(1)
    public Appended oneThread() {
        return log.append(partition, drafts).await();
    }

    @Benchmark
    @Threads(16)
    public Appended sixteenThreads() {
        return log.append(partition, drafts).await();
    }

    @TearDown(Level.Iteration)
    public void deleteTopic() {
        log.deleteTopic(TOPIC);
    }

    @TearDown
    public void close() throws IOException {
        log.close();
        FileSystemUtils.deleteRecursively(directory);
    }
}
