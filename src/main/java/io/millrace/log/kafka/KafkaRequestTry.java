package io.millrace.log.kafka;

import io.millrace.log.AppendTerms;
import io.millrace.log.Appended;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.Remembered;
import io.millrace.log.RequestPart;
import io.millrace.log.RequestPart.Share;
import io.millrace.log.RequestProgress;
import io.millrace.log.RequestTry;
import io.millrace.log.Topic;
import io.millrace.record.Checkpoint;
import io.millrace.record.RequestId;
import io.millrace.record.RequestMark;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;

/** A try of a request whose messages and marks are stored with one transaction for each part. */
final class KafkaRequestTry implements RequestTry {

    private final KafkaLogEngine engine;
    private final KafkaRequestShard shard;
    private final TopicName topic;
    private final RequestProgress progress;
    private final Runnable end;
    private final List<CompletableFuture<?>> underWay = new ArrayList<>();

    KafkaRequestTry(
            KafkaLogEngine engine,
            KafkaRequestShard shard,
            TopicName topic,
            RequestId id,
            long nowMillis,
            Runnable end) {
        this.engine = engine;
        this.shard = shard;
        this.topic = topic;
        this.end = end;
        int partitions = engine.topic(topic).map(Topic::partitions).orElse(0);
        Map<Integer, Remembered> known = engine.topicId(topic)
                .map(there -> shard.known(there, id, partitions, nowMillis))
                .orElse(Map.of());
        this.progress = new RequestProgress(id, nowMillis, known);
    }

    @Override
    public long timeMillis() {
        return progress.timeMillis();
    }

    @Override
    public int partitions(int now) {
        return progress.partitions(now);
    }

    @Override
    public void check(Checkpoint checkpoint) {
        progress.check(checkpoint);
    }

    @Override
    public boolean hasCheckpoint(long at) {
        return progress.hasCheckpoint(at);
    }

    @Override
    public void checkEnd(long messages) {
        progress.checkEnd(messages);
    }

    @Override
    public Map<Integer, LogEngine.Append> append(RequestPart part) {
        if (part.terms().expectedOffset() != AppendTerms.ANY_OFFSET) {
            throw KafkaLogEngine.noTerms();
        }
        Map<TopicPartition, List<ProducerRecord<byte[], byte[]>>> records = new HashMap<>();
        Map<TopicPartition, RequestMark> marks = new HashMap<>();
        part.shares().forEach((number, share) -> {
            TopicPartition partition = new TopicPartition(topic, number);
            Share rest = progress.rest(number, share);
            if (!rest.records().isEmpty()) {
                engine.check(partition, rest.records());
                records.put(
                        partition,
                        rest.records().stream()
                                .map(record -> KafkaAppends.toKafka(partition, record))
                                .toList());
                marks.put(
                        partition, progress.mark(part, rest.upTo(rest.records().size())));
            }
        });
        CompletableFuture<Map<TopicPartition, List<Long>>> done = new CompletableFuture<>();
        if (!records.isEmpty()) {
            Uuid there = engine.topicId(topic).orElseThrow(() -> new LogException.TopicNotFound(topic));
            shard.append(new KafkaRequestShard.Entry(there, records, marks, done));
            underWay.add(done);
        }
        Map<Integer, LogEngine.Append> appends = new TreeMap<>();
        part.shares().keySet().forEach(number -> {
            Remembered known = progress.in(number);
            List<Long> before = known == null ? List.of() : known.offsets();
            TopicPartition partition = new TopicPartition(topic, number);
            appends.put(
                    number,
                    records.containsKey(partition)
                            ? () -> stored(partition, before, done)
                            : () -> new Appended.Before(before));
        });
        return appends;
    }

    private Appended stored(
            TopicPartition partition, List<Long> before, CompletableFuture<Map<TopicPartition, List<Long>>> done) {
        List<Long> offsets = new ArrayList<>(before);
        List<Long> now = KafkaFailures.get(done, "write to", topic).getOrDefault(partition, List.of());
        offsets.addAll(now);
        engine.awaitReadable(partition, now.getLast() + 1);
        return new Appended.Each(offsets, Map.of());
    }

    @Override
    public void close() {
        for (CompletableFuture<?> one : underWay) {
            try {
                KafkaFailures.get(one, "write to", topic);
            } catch (LogException toldToWhoAwaitedIt) {
                // The next try finds out what is stored.
            }
        }
        end.run();
    }
}
