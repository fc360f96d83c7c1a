package io.millrace.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.millrace.log.AppendTerms;
import io.millrace.log.Appended;
import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched;
import io.millrace.log.LogEngine;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.log.RequestTry;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.RequestId;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An engine that does what another does, and counts it. */
public final class MeteredLogEngine implements LogEngine {

    private final LogEngine engine;
    private final Time time;
    private final Counter appends;
    private final Counter appendedRecords;
    private final Counter appendedBytes;
    private final Timer durable;
    private final Counter fetches;
    private final Counter fetchedRecords;
    private final Counter fetchedBytes;

    public MeteredLogEngine(LogEngine engine, MeterRegistry meters, Time time) {
        this.engine = engine;
        this.time = time;
        this.appends = counter(meters, "millrace.log.appends", "Appends to a partition");
        this.appendedRecords = counter(meters, "millrace.log.appended.records", "Records appended");
        this.appendedBytes =
                counter(meters, "millrace.log.appended.bytes", "Bytes of the keys, values and headers appended");
        this.durable = Timer.builder("millrace.log.durable")
                .description("How long appends waited to become as durable as their topic promises")
                .register(meters);
        this.fetches = counter(meters, "millrace.log.fetches", "Reads of one or more partitions");
        this.fetchedRecords = counter(meters, "millrace.log.fetched.records", "Records read");
        this.fetchedBytes = counter(meters, "millrace.log.fetched.bytes", "Bytes of the keys, values and headers read");
        Gauge.builder(
                        "millrace.topics",
                        () -> engine.topics().stream()
                                .filter(topic -> !topic.name().isReserved())
                                .count())
                .description("Topics, Millrace's own left out")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }

    @Override
    public Append append(TopicPartition partition, List<DraftRecord> records, AppendTerms terms) {
        Append append = engine.append(partition, records, terms);
        count(records);
        return timed(append);
    }

    private void count(List<DraftRecord> records) {
        appends.increment();
        appendedRecords.increment(records.size());
        long bytes = 0;
        for (DraftRecord record : records) {
            bytes += record.sizeInBytes();
        }
        appendedBytes.increment((double) bytes);
    }

    private Append timed(Append append) {
        return () -> {
            long start = time.nanos();
            Appended appended = append.await();
            durable.record(time.nanos() - start, TimeUnit.NANOSECONDS);
            return appended;
        };
    }

    /** What a try appends is not counted: how much of it is a repeat only the engine knows. */
    @Override
    public RequestTry tryOnce(TopicName topic, RequestId id, long nowMillis) {
        return engine.tryOnce(topic, id, nowMillis);
    }

    @Override
    public Fetched fetch(FetchPlan plan) {
        Fetched fetched = engine.fetch(plan);
        fetches.increment();
        int records = 0;
        long bytes = 0;
        for (Fetched.FetchedPartition partition : fetched.partitions()) {
            records += partition.records().size();
            for (StoredRecord record : partition.records()) {
                bytes += record.sizeInBytes();
            }
        }
        fetchedRecords.increment(records);
        fetchedBytes.increment((double) bytes);
        return fetched;
    }

    @Override
    public Topic createTopic(TopicName name, int partitions, TopicSettings settings) {
        return engine.createTopic(name, partitions, settings);
    }

    @Override
    public Topic alterTopic(TopicName name, int partitions, TopicSettings settings) {
        return engine.alterTopic(name, partitions, settings);
    }

    @Override
    public void deleteTopic(TopicName name) {
        engine.deleteTopic(name);
    }

    @Override
    public Optional<Topic> topic(TopicName name) {
        return engine.topic(name);
    }

    @Override
    public List<Topic> topics() {
        return engine.topics();
    }

    @Override
    public void onTopicChange(Consumer<TopicName> listener) {
        engine.onTopicChange(listener);
    }

    @Override
    public PartitionOffsets offsets(TopicPartition partition) {
        return engine.offsets(partition);
    }

    @Override
    public Map<TopicPartition, PartitionOffsets> offsets(Collection<TopicPartition> partitions) {
        return engine.offsets(partitions);
    }

    @Override
    public OptionalDouble compressionRatio(TopicPartition partition) {
        return engine.compressionRatio(partition);
    }

    @Override
    public long offsetForTimestamp(TopicPartition partition, long timestamp) {
        return engine.offsetForTimestamp(partition, timestamp);
    }

    @Override
    public long trim(TopicPartition partition, long beforeOffset) {
        return engine.trim(partition, beforeOffset);
    }

    @Override
    public Registration await(List<Position> positions, Runnable wake) {
        return engine.await(positions, wake);
    }

    @Override
    public boolean isReady() {
        return engine.isReady();
    }

    @Override
    public void close() {
        engine.close();
    }
}
