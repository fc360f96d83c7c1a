package io.millrace.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogEngine.Append;
import io.millrace.log.LogException;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of decisions when a shard is lost or the server ends; with Kafka's own stand-in for a producer. */
@Timeout(30)
class KafkaShardTests {

    private static final TopicPartition JOURNAL = new TopicPartition(new TopicName("journal"), 0);

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    /** What was to be run by others; run by hand. */
    private final List<Runnable> tasks = new ArrayList<>();

    private static void reject(Runnable task) {
        throw new RejectedExecutionException("The server ends");
    }

    private static Append append(KafkaShard shard) {
        ByteBuffer value = ByteBuffer.wrap("decision".getBytes(StandardCharsets.UTF_8));
        return shard.append(JOURNAL, List.of(new DraftRecord(0, null, value, List.of())));
    }

    private void runAll() {
        List.copyOf(tasks).forEach(Runnable::run);
        tasks.clear();
    }

    @Test
    void whatIsAppendedWhileATransactionIsUnderWayGoesTogether() {
        producer.initTransactions();
        KafkaShard shard = new KafkaShard(producer, producer::close, tasks::add, () -> {});
        List<Append> appends = List.of(append(shard), append(shard), append(shard));
        runAll();
        appends.forEach(Append::await);
        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(producer.history()).hasSize(3);
    }

    @Test
    void whatCannotBeWrittenIsRefusedAndNotWaitedFor() {
        KafkaShard shard = new KafkaShard(producer, producer::close, KafkaShardTests::reject, () -> {});
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> append(shard)).isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void whoWaitsForALostShardIsToldAlsoWhenTheServerEnds() {
        producer.initTransactions();
        KafkaShard shard = new KafkaShard(producer, producer::close, tasks::add, () -> reject(() -> {}));
        Append append = append(shard);
        producer.commitTransactionException = new ProducerFencedException("another has it");
        assertThatThrownBy(this::runAll).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(append::await).isInstanceOf(LogException.Unavailable.class);
        assertThatThrownBy(() -> append(shard)).isInstanceOf(LogException.ShardElsewhere.class);
    }
}
