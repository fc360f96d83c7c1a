package io.millrace.log.kafka;

import io.millrace.log.LogException;
import io.millrace.log.OutsideOffsets;
import io.millrace.record.TopicPartition;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    private final KafkaGroupOffsets groups;
    private final Map<String, Map<TopicPartition, Long>> unpublished = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("millrace-kafka-offsets").daemon().factory());

    public KafkaOutsideOffsets(KafkaLogEngine engine) {
        this.engine = engine;
        this.groups = new KafkaGroupOffsets(engine);
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
            Map<TopicPartition, Long> there = new HashMap<>(offsets);
            // Kafka takes none of them while one is of a topic that has been deleted meanwhile.
            there.keySet().removeIf(partition -> engine.topic(partition.topic()).isEmpty());
            if (!there.isEmpty()) {
                groups.write(group, there);
            }
            // Unless more was committed meanwhile; then it is published again with that.
            unpublished.remove(group, offsets);
        }
    }

    @Override
    public synchronized void forget(String group, Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            unpublished.remove(group);
            groups.delete(group);
        } else {
            unpublished.computeIfPresent(group, (_, offsets) -> {
                Map<TopicPartition, Long> others = new HashMap<>(offsets);
                others.keySet().removeAll(partitions);
                return others.isEmpty() ? null : others;
            });
            groups.delete(group, partitions);
        }
    }

    @Override
    public Outside of(String group) {
        boolean active = groups.isActive(group);
        if (!active) {
            publishNow(group);
        }
        return new Outside(active, groups.committed(group));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
