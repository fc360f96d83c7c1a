package io.millrace.log.kafka;

import static java.util.Objects.requireNonNull;

import io.millrace.log.LogException;
import io.millrace.log.Remembered;
import io.millrace.log.RequestMemory;
import io.millrace.log.RequestSettings;
import io.millrace.record.RequestId;
import io.millrace.record.RequestMark;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one shard while this server has it. Those that come while a transaction is under way share the next one; if
 * that fails, each gets one of its own, so that what is wrong with one is no other's harm.
 */
final class KafkaRequestShard {

    /**
     * Where something of a request is.
     *
     * @param topic what the cluster knows it by: a later topic of the same name is another one
     */
    record Key(Uuid topic, RequestId id, int partition) {}

    /**
     * Records of a request that are to be stored, and their mark, by partition.
     *
     * @param records copies: what they were made of may be used again
     * @param done gets the offsets of the records, by partition
     */
    record Entry(
            Uuid topic,
            Map<TopicPartition, List<ProducerRecord<byte[], byte[]>>> records,
            Map<TopicPartition, RequestMark> marks,
            CompletableFuture<Map<TopicPartition, List<Long>>> done) {}

    private final KafkaLogEngine engine;
    private final TopicPartition journal;
    private final Executor executor;
    private final Producer<byte[], byte[]> producer;
    private final RequestMemory<Key> memory;

    private List<Entry> pending = new ArrayList<>();
    private boolean running;
    private boolean open = true;

    /**
     * Takes the shard from whoever had it, and reads what is remembered.
     *
     * @param journal where that is
     */
    KafkaRequestShard(
            KafkaLogEngine engine,
            String transactionalId,
            TopicPartition journal,
            RequestSettings settings,
            Executor executor) {
        this.engine = engine;
        this.journal = journal;
        this.executor = executor;
        this.memory = new RequestMemory<>(settings);
        this.producer = engine.clients().transactional(transactionalId);
        try {
            producer.initTransactions();
            KafkaReplay.replay(engine.clients(), journal, this::restore);
        } catch (KafkaException failure) {
            engine.clients().close(producer, Duration.ZERO);
            throw KafkaFailures.of(failure, "take over a shard of the requests");
        } catch (LogException failure) {
            engine.clients().close(producer, Duration.ZERO);
            throw failure;
        }
    }

    private void restore(StoredRecord record) {
        if (record.key() != null && record.value() != null) {
            memory.restore(KafkaRequestCodec.key(record.key()), KafkaRequestCodec.remembered(record.value()));
        }
    }

    synchronized boolean isOpen() {
        return open;
    }

    /** What is known of a request, by partition. */
    synchronized Map<Integer, Remembered> known(Uuid topic, RequestId id, int partitions, long nowMillis) {
        Map<Integer, Remembered> known = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            Remembered found = memory.find(new Key(topic, id, partition), nowMillis);
            if (found != null) {
                known.put(partition, found);
            }
        }
        return known;
    }

    void append(Entry entry) {
        synchronized (this) {
            if (!open) {
                throw new LogException.ShardElsewhere();
            }
            if (!running) {
                // First of all: what nobody comes to write must not be waited for.
                executor.execute(this::run);
                running = true;
            }
            pending.add(entry);
        }
    }

    private void run() {
        for (List<Entry> batch = take(); !batch.isEmpty(); batch = take()) {
            if (!commit(batch)) {
                batch.forEach(entry -> commit(List.of(entry)));
            }
        }
    }

    private synchronized List<Entry> take() {
        List<Entry> batch = pending;
        pending = new ArrayList<>();
        running = !batch.isEmpty();
        return batch;
    }

    /** Stores all of them or none; answers false where they are to be tried one by one. */
    private boolean commit(List<Entry> batch) {
        try {
            producer.beginTransaction();
            List<Map<TopicPartition, List<Long>>> offsets = send(batch);
            Map<Key, Remembered> remembered = remember(batch, offsets);
            producer.commitTransaction();
            synchronized (this) {
                remembered.forEach(memory::restore);
            }
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).done().complete(offsets.get(i));
            }
            return true;
        } catch (KafkaException | IllegalStateException | LogException failure) {
            return undo(batch, failure);
        }
    }

    private List<Map<TopicPartition, List<Long>>> send(List<Entry> batch) {
        List<Map<TopicPartition, List<Future<RecordMetadata>>>> sent = new ArrayList<>();
        for (Entry entry : batch) {
            Map<TopicPartition, List<Future<RecordMetadata>>> futures = new HashMap<>();
            entry.records().forEach((partition, records) -> {
                List<Future<RecordMetadata>> list = futures.computeIfAbsent(partition, _ -> new ArrayList<>());
                records.forEach(record -> list.add(producer.send(record)));
            });
            sent.add(futures);
        }
        producer.flush();
        List<Map<TopicPartition, List<Long>>> offsets = new ArrayList<>();
        for (Map<TopicPartition, List<Future<RecordMetadata>>> futures : sent) {
            Map<TopicPartition, List<Long>> told = new HashMap<>();
            futures.forEach((partition, list) -> told.put(
                    partition,
                    list.stream()
                            .map(future -> KafkaFailures.get(future, "write to", partition.topic())
                                    .offset())
                            .toList()));
            offsets.add(told);
        }
        return offsets;
    }

    /** Sends what is to be remembered of the entries, and returns it. */
    private Map<Key, Remembered> remember(List<Entry> batch, List<Map<TopicPartition, List<Long>>> offsets) {
        Map<Key, Remembered> all = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            Entry entry = batch.get(i);
            for (Map.Entry<TopicPartition, List<Long>> stored : offsets.get(i).entrySet()) {
                RequestMark mark = requireNonNull(entry.marks().get(stored.getKey()));
                Key key = new Key(entry.topic(), mark.id(), stored.getKey().partition());
                Remembered before = all.containsKey(key) ? all.get(key) : before(key, mark);
                all.put(key, after(before, mark, stored.getValue()));
            }
        }
        all.forEach((key, remembered) -> {
            // The commit tells of its failure.
            Future<?> _ = producer.send(new ProducerRecord<>(
                    journal.topic().value(),
                    journal.partition(),
                    remembered.mark().timeMillis(),
                    KafkaRequestCodec.bytes(key),
                    KafkaRequestCodec.bytes(remembered)));
        });
        return all;
    }

    private synchronized @Nullable Remembered before(Key key, RequestMark mark) {
        return memory.find(key, mark.timeMillis());
    }

    private static Remembered after(@Nullable Remembered before, RequestMark mark, List<Long> offsets) {
        Remembered after = before;
        for (int from = 0; from < offsets.size(); ) {
            int to = from + 1;
            while (to < offsets.size() && offsets.get(to) == offsets.get(to - 1) + 1) {
                to++;
            }
            after = after == null
                    ? Remembered.of(mark, offsets.get(from), to - from)
                    : after.plus(mark, offsets.get(from), to - from);
            from = to;
        }
        return requireNonNull(after);
    }

    private boolean undo(List<Entry> batch, RuntimeException failure) {
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException cannotUndo) {
            // Another server has the shard, or nobody knows what became of the transaction: all is read again.
            fail(batch, failure);
            return true;
        }
        if (batch.size() > 1) {
            return false;
        }
        Entry entry = batch.getFirst();
        TopicName topic = entry.records().keySet().iterator().next().topic();
        entry.done().completeExceptionally(KafkaFailures.of(failure, "write to", topic));
        return true;
    }

    private void fail(List<Entry> batch, RuntimeException why) {
        LogException failure = new LogException.Unavailable(
                "The request could not be made durable, and may or may not have been stored; send it again with the same Idempotency-Key",
                why);
        List<Entry> failed = new ArrayList<>(batch);
        synchronized (this) {
            open = false;
            failed.addAll(pending);
            pending = new ArrayList<>();
        }
        failed.forEach(entry -> entry.done().completeExceptionally(failure));
    }

    /** Takes nothing more; what is under way fails. */
    void close() {
        synchronized (this) {
            open = false;
        }
        engine.clients().close(producer, Duration.ZERO);
    }
}
