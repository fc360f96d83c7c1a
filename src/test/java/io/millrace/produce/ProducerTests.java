package io.millrace.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogException;
import io.millrace.log.TopicSettings;
import io.millrace.log.segment.CrashingDisk;
import io.millrace.log.segment.SegmentLogEngine;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.topic.TopicPolicy;
import io.millrace.topic.Topics;
import io.millrace.wire.ProducedMessage;
import io.millrace.wire.ProducedOffset;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProducerTests {

    private static final TopicName ORDERS = new TopicName("orders");

    private final CrashingDisk disk = new CrashingDisk();
    private final SegmentLogEngine log = SegmentLogEngine.open(disk, Path.of("/data"), "the test");
    private final Producer producer = new Producer(
            log, new Topics(log, new TopicPolicy(true, 2, TopicSettings.DEFAULTS, 1024, 10, 10, 10)), bound -> 0);

    @BeforeEach
    void createTopicOfWhichPartition0Fails() {
        log.createTopic(ORDERS, 2, TopicSettings.DEFAULTS);
        producer.produce(ORDERS, message(1));
        disk.failForces(true);
        assertThatThrownBy(() -> producer.produce(ORDERS, message(0))).isInstanceOf(LogException.StorageFailed.class);
        disk.failForces(false);
    }

    private static ProducedMessage message(int partition) {
        return new ProducedMessage(partition, new DraftRecord(7, null, ByteBuffer.wrap(new byte[] {1}), List.of()));
    }

    private BatchOutcome produceAll(ProducedMessage... messages) {
        return producer.produceAll(ORDERS, List.of(messages), producer.begin(ORDERS, ProduceTerms.NONE, 7));
    }

    @Test
    void aBatchOfWhichAPartFailsTellsWhichMessagesAreStoredAndWhyOthersAreNot() {
        BatchOutcome outcome = produceAll(message(0), message(1), message(0), message(1));
        assertThat(outcome.offsets())
                .containsExactly(null, new ProducedOffset(1, 1, 7), null, new ProducedOffset(1, 2, 7));
        assertThat(outcome.failures()).containsOnlyKeys(0, 2);
        assertThat(outcome.failures().values()).allMatch(LogException.StorageFailed.class::isInstance);
    }

    @Test
    void aBatchOfWhichAllFailsIsAFailure() {
        assertThatThrownBy(() -> produceAll(message(0), message(0))).isInstanceOf(LogException.StorageFailed.class);
    }

    @Test
    void aStreamThatFailsTellsHowManyMessagesAreStoredForCertain() {
        ProduceStream stream = producer.stream(ORDERS, producer.begin(ORDERS, ProduceTerms.NONE, 7));
        stream.add(1, message(1));
        stream.add(2, message(1));
        stream.finish();
        stream.add(3, message(0));
        assertThatThrownBy(stream::finish).isInstanceOf(LogException.StorageFailed.class);
        assertThat(stream.accepted()).isEqualTo(2);
    }

    @Test
    void aStreamRejectsWhatDoesNotFitAndGoesOn() {
        ProduceStream stream = producer.stream(ORDERS, producer.begin(ORDERS, ProduceTerms.NONE, 7));
        stream.add(1, message(9));
        stream.add(2, new ProducedMessage(1, new DraftRecord(7, null, ByteBuffer.allocate(2_000_000), List.of())));
        stream.add(3, message(1));
        stream.finish();
        assertThat(stream.accepted()).isEqualTo(1);
        assertThat(stream.rejected()).isEqualTo(2);
        assertThat(stream.errors())
                .extracting(LineError::line, LineError::code)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(1L, "partition-not-found"),
                        org.assertj.core.api.Assertions.tuple(2L, "message-too-large"));
    }
}
