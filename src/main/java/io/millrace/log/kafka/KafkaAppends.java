package io.millrace.log.kafka;

import io.millrace.log.Appended;
import io.millrace.log.LogEngine.Append;
import io.millrace.log.LogException;
import io.millrace.record.DraftRecord;
import io.millrace.record.RecordHeader;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Writes through the one producer that all requests share, so that many small ones go to a broker as one batch. */
final class KafkaAppends {

    private final Producer<byte[], byte[]> producer;
    private final KafkaTopics topics;
    private final KafkaTail tail;

    KafkaAppends(Producer<byte[], byte[]> producer, KafkaTopics topics, KafkaTail tail) {
        this.producer = producer;
        this.topics = topics;
        this.tail = tail;
    }

    Append append(TopicPartition partition, List<DraftRecord> records) {
        topics.require(partition).settings().check(records);
        Callback wake = (metadata, failure) -> {
            if (failure == null) {
                tail.appended(partition, metadata.offset() + 1);
            }
        };
        List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
        try {
            for (DraftRecord record : records) {
                sent.add(producer.send(toKafka(partition, record), wake));
            }
        } catch (KafkaException | IllegalStateException refused) {
            if (sent.isEmpty()) {
                throw KafkaFailures.of(refused, "write to", partition.topic());
            }
            // What was sent cannot be taken back, so the answer has to tell the one from the other.
            LogException failure = KafkaFailures.of(refused, "write to", partition.topic());
            return () -> outcome(partition, sent, records.size(), failure);
        }
        return () -> outcome(partition, sent, records.size(), null);
    }

    private Appended outcome(
            TopicPartition partition, List<Future<RecordMetadata>> sent, int count, @Nullable LogException unsent) {
        List<Long> offsets = new ArrayList<>(count);
        Map<Integer, LogException> failures = new HashMap<>();
        for (int i = 0; i < count; i++) {
            if (i >= sent.size() && unsent != null) {
                failures.put(i, unsent);
                offsets.add(-1L);
                continue;
            }
            try {
                offsets.add(KafkaFailures.get(sent.get(i), "write to", partition.topic())
                        .offset());
            } catch (LogException failure) {
                failures.put(i, failure);
                offsets.add(-1L);
            }
        }
        if (failures.size() == count) {
            LogException first = failures.getOrDefault(0, unsent);
            if (first instanceof LogException.TopicNotFound) {
                topics.forget(partition.topic());
            }
            if (first != null) {
                throw first;
            }
        }
        return new Appended.Each(offsets, failures);
    }

    static ProducerRecord<byte[], byte[]> toKafka(TopicPartition partition, DraftRecord record) {
        RecordHeaders headers = new RecordHeaders();
        for (RecordHeader header : record.headers()) {
            headers.add(header.name(), bytes(header.value()));
        }
        return new ProducerRecord<byte[], byte[]>(
                partition.topic().value(),
                partition.partition(),
                record.timestamp(),
                bytes(record.key()),
                bytes(record.value()),
                (Iterable<Header>) headers);
    }

    /** A copy: the buffer may be a view of a request that is over before the record is sent. */
    private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
