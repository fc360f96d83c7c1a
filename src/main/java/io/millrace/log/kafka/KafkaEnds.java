package io.millrace.log.kafka;

import static java.util.Objects.requireNonNull;

import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Topic;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteRecordsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks where partitions begin and end. The end is that of what is committed: the last stable offset. */
final class KafkaEnds {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaEnds.class);
    /** All sizes of the cluster come at once, so they are not asked for more often than that. */
    private static final long SIZES_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final ListOffsetsOptions COMMITTED = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);

    private final Admin admin;
    private final KafkaTopics topics;
    private final Time time;
    /** As last looked at. */
    private volatile Map<TopicPartition, Long> sizes = Map.of();

    private final AtomicLong sizesSinceNanos;

    KafkaEnds(Admin admin, KafkaTopics topics, Time time) {
        this.time = time;
        this.sizesSinceNanos = new AtomicLong(time.nanos() - SIZES_NANOS - 1);
        this.admin = admin;
        this.topics = topics;
    }

    /** Those of the partitions that are there. */
    Map<TopicPartition, PartitionOffsets> of(Collection<TopicPartition> partitions) {
        Set<TopicPartition> wanted = partitions.stream().filter(this::isThere).collect(Collectors.toSet());
        if (wanted.isEmpty()) {
            return Map.of();
        }
        ListOffsetsResult starts = ask(wanted, OffsetSpec.earliest());
        ListOffsetsResult ends = ask(wanted, OffsetSpec.latest());
        Map<TopicPartition, Long> known = sizes();
        Map<TopicPartition, PartitionOffsets> found = new HashMap<>();
        for (TopicPartition partition : wanted) {
            try {
                long start = offset(starts, partition);
                long end = Math.max(start, offset(ends, partition));
                found.put(partition, new PartitionOffsets(start, end, known.getOrDefault(partition, 0L)));
            } catch (LogException.TopicNotFound goneMeanwhile) {
                topics.forget(partition.topic());
            }
        }
        return found;
    }

    private boolean isThere(TopicPartition partition) {
        return topics.find(partition.topic()).map(Topic::partitions).orElse(0) > partition.partition();
    }

    /**
     * How much disk each partition takes, as far as the cluster tells this server and as last looked at. Nobody waits for the
     * next look.
     */
    private Map<TopicPartition, Long> sizes() {
        long since = sizesSinceNanos.get();
        long now = time.nanos();
        if (now - since > SIZES_NANOS && sizesSinceNanos.compareAndSet(since, now)) {
            lookAtSizes();
        }
        return sizes;
    }

    private void lookAtSizes() {
        Future<?> _ = admin.describeCluster().nodes().whenComplete((nodes, notTold) -> {
            if (notTold == null) {
                Future<?> _ = admin.describeLogDirs(nodes.stream().map(Node::id).toList())
                        .allDescriptions()
                        .whenComplete(this::noteSizes);
            }
        });
    }

    private void noteSizes(Map<Integer, Map<String, LogDirDescription>> brokers, @Nullable Throwable notTold) {
        if (notTold != null) {
            LOG.debug("Kafka does not tell the sizes of partitions", notTold);
            return;
        }
        Map<TopicPartition, Long> found = new HashMap<>();
        brokers.values().stream()
                .flatMap(directories -> directories.values().stream())
                .forEach(directory -> directory
                        .replicaInfos()
                        .forEach((partition, replica) ->
                                found.merge(KafkaRecords.fromKafka(partition), replica.size(), Math::max)));
        sizes = found;
    }

    long atTimestamp(TopicPartition partition, long timestamp) {
        PartitionOffsets ends = require(partition);
        // Kafka takes negative timestamps for questions of other kinds.
        if (timestamp < 0) {
            return ends.logStartOffset();
        }
        long found = offset(ask(Set.of(partition), OffsetSpec.forTimestamp(timestamp)), partition);
        return found < 0 ? ends.highWatermark() : Math.min(found, ends.highWatermark());
    }

    /** Has the cluster delete what lies below an offset; returns where the partition begins then. */
    long trim(TopicPartition partition, long beforeOffset) {
        PartitionOffsets ends = require(partition);
        long start = beforeOffset == LogEngine.HIGH_WATERMARK ? ends.highWatermark() : beforeOffset;
        if (start < 0 || start > ends.highWatermark()) {
            throw new LogException.OffsetOutOfRange(partition, beforeOffset, ends);
        }
        if (start <= ends.logStartOffset()) {
            return ends.logStartOffset();
        }
        org.apache.kafka.common.TopicPartition there = KafkaRecords.toKafka(partition);
        DeleteRecordsResult result = admin.deleteRecords(Map.of(there, RecordsToDelete.beforeOffset(start)));
        return KafkaFailures.get(
                        requireNonNull(result.lowWatermarks().get(there)), "delete records of", partition.topic())
                .lowWatermark();
    }

    PartitionOffsets require(TopicPartition partition) {
        topics.require(partition);
        PartitionOffsets ends = of(List.of(partition)).get(partition);
        if (ends == null) {
            throw new LogException.TopicNotFound(partition.topic());
        }
        return ends;
    }

    private ListOffsetsResult ask(Set<TopicPartition> partitions, OffsetSpec what) {
        return admin.listOffsets(
                partitions.stream().collect(Collectors.toMap(KafkaRecords::toKafka, _ -> what)), COMMITTED);
    }

    private static long offset(ListOffsetsResult result, TopicPartition partition) {
        Future<ListOffsetsResultInfo> future = result.partitionResult(KafkaRecords.toKafka(partition));
        return KafkaFailures.get(future, "read the ends of", partition.topic()).offset();
    }
}
