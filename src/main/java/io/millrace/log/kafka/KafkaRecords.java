package io.millrace.log.kafka;

import io.millrace.record.RecordHeader;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Records and addresses in Kafka's words and in ours. */
final class KafkaRecords {

    private KafkaRecords() {}

    static org.apache.kafka.common.TopicPartition toKafka(TopicPartition partition) {
        return new org.apache.kafka.common.TopicPartition(partition.topic().value(), partition.partition());
    }

    static TopicPartition fromKafka(org.apache.kafka.common.TopicPartition partition) {
        return new TopicPartition(new TopicName(partition.topic()), partition.partition());
    }

    static StoredRecord fromKafka(ConsumerRecord<byte[], byte[]> record) {
        List<RecordHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new RecordHeader(header.key(), buffer(header.value())));
        }
        return new StoredRecord(
                record.offset(), record.timestamp(), buffer(record.key()), buffer(record.value()), headers);
    }

    private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
