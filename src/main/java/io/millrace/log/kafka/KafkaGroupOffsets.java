package io.millrace.log.kafka;

import io.millrace.log.LogException;
import io.millrace.record.TopicPartition;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** The consumer groups of a cluster and their committed offsets, as Kafka's own clients and tools have them. */
public final class KafkaGroupOffsets {

    private final KafkaLogEngine engine;

    public KafkaGroupOffsets(KafkaLogEngine engine) {
        this.engine = engine;
    }

    /** The ids of all consumer groups, whoever reads in them. */
    public List<String> groups() {
        Collection<GroupListing> listed = KafkaFailures.get(
                admin().listGroups(ListGroupsOptions.forConsumerGroups()).all(), "list its groups", null);
        return listed.stream().map(GroupListing::groupId).sorted().toList();
    }

    /** The committed offsets of a group; none where there is no such group. */
    public Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        KafkaFailures.get(
                        admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
                        "read the offsets of a group",
                        null)
                .forEach((partition, offset) -> {
                    if (offset != null) {
                        committed.put(KafkaRecords.fromKafka(partition), offset.offset());
                    }
                });
        return committed;
    }

    /** Sets committed offsets of a group in which nobody reads; it comes into being if it is not there. */
    public void write(String group, Map<TopicPartition, Long> offsets) {
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> kafka = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> kafka.put(KafkaRecords.toKafka(partition), new OffsetAndMetadata(offset)));
        KafkaFailures.get(
                admin().alterConsumerGroupOffsets(group, kafka).all(), "publish the offsets of a group", null);
    }

    /** Removes a group in which nobody reads, if it is there. */
    void delete(String group) {
        unlessMissing(admin().deleteConsumerGroups(List.of(group)).all());
    }

    /** Removes committed offsets of a group in which nobody reads, if it is there. */
    void delete(String group, Collection<TopicPartition> partitions) {
        Set<org.apache.kafka.common.TopicPartition> kafka =
                partitions.stream().map(KafkaRecords::toKafka).collect(Collectors.toSet());
        unlessMissing(admin().deleteConsumerGroupOffsets(group, kafka).all());
    }

    private static void unlessMissing(KafkaFuture<Void> future) {
        try {
            Void _ = future.get();
        } catch (ExecutionException failure) {
            if (!(failure.getCause() instanceof GroupIdNotFoundException)) {
                throw KafkaFailures.of(failure, "forget the offsets of a group");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LogException.Unavailable("The server is shutting down", stopped);
        }
    }

    /** Whether the group has members that read by Kafka's own protocol now. */
    public boolean isActive(String group) {
        try {
            return admin().describeConsumerGroups(List.of(group)).all().get().values().stream()
                    .anyMatch(description -> !description.members().isEmpty());
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw KafkaFailures.of(failure, "describe a group");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LogException.Unavailable("The server is shutting down", stopped);
        }
    }

    private Admin admin() {
        return engine.admin();
    }
}
