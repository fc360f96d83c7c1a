package io.millrace.log.kafka;

import io.millrace.log.LogException;
import io.millrace.log.OutsideOffsets;
import io.millrace.record.TopicPartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Groups as Kafka's own clients and tools see them. What is committed over HTTP is written to Kafka's own offsets a moment
 * later, all of a group's commits of that moment at once.
 */
public final class KafkaOutsideOffsets implements OutsideOffsets, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaOutsideOffsets.class);
    private static final long DELAY_MILLIS = 200;

    private final KafkaLogEngine engine;
    private final Map<String, Map<TopicPartition, Long>> unpublished = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("millrace-kafka-offsets").daemon().factory());

    public KafkaOutsideOffsets(KafkaLogEngine engine) {
        this.engine = engine;
        Future<?> _ =
                thread.scheduleWithFixedDelay(this::publishAll, DELAY_MILLIS, DELAY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void publish(String group, Map<TopicPartition, Long> offsets) {
        if (!offsets.isEmpty()) {
            unpublished.compute(group, (g, before) -> {
                Map<TopicPartition, Long> all = before == null ? new HashMap<>() : new HashMap<>(before);
                all.putAll(offsets);
                return all;
            });
        }
    }

    private void publishAll() {
        for (String group : List.copyOf(unpublished.keySet())) {
            try {
                publishNow(group);
            } catch (LogException failure) {
                LOG.warn("The offsets of group '{}' are not visible to Kafka's tools yet: {}", group, failure.detail());
            }
        }
    }

    private synchronized void publishNow(String group) {
        Map<TopicPartition, Long> offsets = unpublished.get(group);
        if (offsets != null) {
            Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> kafka = new HashMap<>();
            offsets.forEach(
                    (partition, offset) -> kafka.put(KafkaRecords.toKafka(partition), new OffsetAndMetadata(offset)));
            KafkaFailures.get(
                    admin().alterConsumerGroupOffsets(group, kafka).all(), "publish the offsets of a group", null);
            // Unless more was committed meanwhile; then it is published again with that.
            unpublished.remove(group, offsets);
        }
    }

    @Override
    public Outside of(String group) {
        boolean active = isActive(group);
        if (!active) {
            publishNow(group);
        }
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
        return new Outside(active, committed);
    }

    private boolean isActive(String group) {
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

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
