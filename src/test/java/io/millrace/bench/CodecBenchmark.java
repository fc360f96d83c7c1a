package io.millrace.bench;

import io.millrace.log.batch.BatchView;
import io.millrace.log.batch.BatchWriter;
import io.millrace.log.batch.EncodedBatch;
import io.millrace.log.batch.ScanMemory;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.wire.JsonOutput;
import io.millrace.wire.MessageWriter;
import java.nio.ByteBuffer;
import java.util.List;
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
import org.openjdk.jmh.infra.Blackhole;

/** From records to a batch, and from a batch to records and to the JSON of an answer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {

    /** Records of the batch, of 100 bytes each. */
    @Param({"1", "100", "1000"})
    public int records;

    private final BatchWriter batches = new BatchWriter("producer");
    private final MessageWriter messages = new MessageWriter(false);
    private final TopicPartition partition = new TopicPartition(new TopicName("orders"), 0);
    private final JsonOutput json = new JsonOutput(1 << 20);
    private List<DraftRecord> drafts = List.of();
    private ByteBuffer batch = ByteBuffer.allocate(0);

    @Setup
    public void encodeOne() {
        drafts = Bodies.drafts(records);
        batch = batches.write(drafts).getFirst().bytes();
    }

    @Benchmark
    public List<EncodedBatch> encode() {
        return batches.write(drafts);
    }

    @Benchmark
    public boolean scan(Blackhole blackhole) {
        return BatchView.at(batch, 0, new ScanMemory()).forEachRecord(0, found -> {
            blackhole.consume(found);
            return true;
        });
    }

    @Benchmark
    public int scanToJson() {
        json.truncate(0);
        MessageWriter.Run run = messages.run(json, partition);
        boolean _ = BatchView.at(batch, 0, new ScanMemory()).forEachRecord(0, found -> {
            run.message(found);
            return true;
        });
        return json.length();
    }
}
