package io.millrace.group;

import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one more member of a group that had settled costs: the partitions are shared out anew. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AssignorBenchmark {

    private static final TopicName TOPIC = new TopicName("orders");

    @Param
    public Assignor assignor = Assignor.COOPERATIVE_STICKY;

    /** Members, with the one who joins, and partitions. */
    @Param({"10 x 100", "500 x 1000"})
    public String shape = "";

    private final SortedMap<TopicName, Integer> topics = new TreeMap<>();
    private final SortedMap<String, Set<TopicName>> members = new TreeMap<>();
    private Map<TopicPartition, String> before = Map.of();

    @Setup
    public void settle() {
        String[] numbers = shape.split(" x ");
        topics.put(TOPIC, Integer.parseInt(numbers[1]));
        for (int m = 1; m < Integer.parseInt(numbers[0]); m++) {
            members.put("member-" + m, Set.of(TOPIC));
        }
        before = assignor.assign(members, topics, Map.of());
        members.put("member-0", Set.of(TOPIC));
    }

    @Benchmark
    public Map<TopicPartition, String> join() {
        return assignor.assign(members, topics, before);
    }
}
