package io.millrace.bench;

import io.millrace.wire.ProduceRequest;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The body of a produce request, read by the server and, for orientation, into a tree of Jackson's. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ParserBenchmark {

    /** Messages of the request, of 100 bytes each; one alone is no batch. */
    @Param({"1", "100", "1000"})
    public int messages;

    private final JsonMapper mapper = new JsonMapper();
    private byte[] body = {};

    @Setup
    public void write() {
        body = Bodies.json(messages);
    }

    @Benchmark
    public ProduceRequest read() {
        return Bodies.READER.readJson(body, body.length, Bodies.NOW);
    }

    @Benchmark
    public JsonNode jacksonTree() {
        return mapper.readTree(body);
    }
}
