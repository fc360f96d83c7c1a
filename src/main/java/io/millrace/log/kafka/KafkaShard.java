package io.millrace.log.kafka;

import io.millrace.log.Appended;
import io.millrace.log.LogEngine.Append;
import io.millrace.log.LogException;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * One shard while this server has it: a transactional producer, which fences that of the server that had it before, and is
 * fenced by that of the next. What is appended while a transaction is under way goes into the next one together, so that
 * many members share it.
 */
final class KafkaShard {

    private static final Duration DRAIN = Duration.ofSeconds(5);

    private record Entry(TopicPartition partition, List<DraftRecord> records, CompletableFuture<Appended> done) {}

    private final Producer<byte[], byte[]> producer;
    private final Runnable closing;
    private final Executor executor;
    private final Runnable broken;

    private List<Entry> pending = new ArrayList<>();
    private boolean running;
    private boolean open = true;

    /**
     * @param closing ends the producer at once
     * @param broken told when a transaction has failed: what was decided is not what was written
     */
    KafkaShard(Producer<byte[], byte[]> producer, Runnable closing, Executor executor, Runnable broken) {
        this.producer = producer;
        this.closing = closing;
        this.executor = executor;
        this.broken = broken;
    }

    /** Takes a shard from whoever had it; when this returns, nobody else can write to it. */
    static KafkaShard take(KafkaClients clients, String transactionalId, Executor executor, Runnable broken) {
        Producer<byte[], byte[]> producer = clients.transactional(transactionalId);
        Runnable closing = () -> clients.close(producer, Duration.ZERO);
        try {
            producer.initTransactions();
        } catch (KafkaException failure) {
            closing.run();
            throw KafkaFailures.of(failure, "take over a shard");
        }
        return new KafkaShard(producer, closing, executor, broken);
    }

    /** Whether it can still be written. */
    synchronized boolean isOpen() {
        return open;
    }

    Append append(TopicPartition partition, List<DraftRecord> records) {
        Entry entry = new Entry(partition, records, new CompletableFuture<>());
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
        return () -> KafkaFailures.get(entry.done(), "remember a decision", null);
    }

    private void run() {
        for (List<Entry> batch = take(); !batch.isEmpty(); batch = take()) {
            try {
                producer.beginTransaction();
                for (Entry entry : batch) {
                    for (DraftRecord record : entry.records()) {
                        // The commit tells of its failure.
                        Future<?> _ = producer.send(KafkaAppends.toKafka(entry.partition(), record));
                    }
                }
                producer.commitTransaction();
            } catch (RuntimeException failure) {
                fail(batch, failure);
                return;
            }
            batch.forEach(entry -> entry.done().complete(new Appended.Consecutive(0)));
        }
    }

    private synchronized List<Entry> take() {
        List<Entry> batch = pending;
        pending = new ArrayList<>();
        running = !batch.isEmpty();
        notifyAll();
        return batch;
    }

    private void fail(List<Entry> batch, RuntimeException why) {
        LogException failure = new LogException.Unavailable(
                "What was asked could not be made durable, and may or may not have been done; ask again", why);
        List<Entry> failed = new ArrayList<>(batch);
        synchronized (this) {
            open = false;
            running = false;
            failed.addAll(pending);
            pending = new ArrayList<>();
            notifyAll();
        }
        try {
            broken.run();
        } finally {
            failed.forEach(entry -> entry.done().completeExceptionally(failure));
        }
    }

    /** Takes nothing more, finishes what is under way, and ends. */
    void close() {
        synchronized (this) {
            open = false;
            long left = DRAIN.toMillis();
            while (running && left > 0) {
                try {
                    wait(10);
                    left -= 10;
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    left = 0;
                }
            }
        }
        closing.run();
    }
}
