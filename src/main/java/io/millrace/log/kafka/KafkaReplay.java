package io.millrace.log.kafka;

import io.millrace.log.FetchCollector;
import io.millrace.log.Position;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads all of a partition that nobody else can write to any more. */
final class KafkaReplay {

    private static final int READ_BYTES = 4 * 1024 * 1024;
    private static final int POLL_MILLIS = 300;

    private KafkaReplay() {}

    /** Gives every record to {@code sink}, in order. */
    static void replay(KafkaClients clients, TopicPartition partition, Consumer<StoredRecord> sink) {
        try (KafkaFetcher fetcher = new KafkaFetcher(clients, partition.toString())) {
            Map<TopicPartition, Long> ends = fetcher.ends(List.of(partition));
            long end = ends.getOrDefault(partition, 0L);
            long next = fetcher.starts(List.of(partition)).getOrDefault(partition, 0L);
            while (next < end) {
                FetchCollector collector = new FetchCollector(Integer.MAX_VALUE, READ_BYTES);
                KafkaFetcher.Read read = fetcher.read(
                                List.of(new Position(partition, next)), ends, collector, POLL_MILLIS)
                        .getFirst();
                read.records().forEach(sink);
                next = read.next();
            }
        }
    }
}
