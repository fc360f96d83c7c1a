package io.millrace.produce;

import static java.util.Objects.requireNonNull;

import io.millrace.log.Appended;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.Topic;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.topic.Topics;
import io.millrace.wire.InvalidMessagesException;
import io.millrace.wire.MessageError;
import io.millrace.wire.ProducedMessage;
import io.millrace.wire.ProducedOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stores messages: all of a request are checked first, then each partition gets its own with one append. */
public final class Producer {

    private final LogEngine log;
    private final Topics topics;
    private final IntUnaryOperator random;

    /** @param random gives a number from 0 to below its argument; asked by many threads */
    public Producer(LogEngine log, Topics topics, IntUnaryOperator random) {
        this.log = log;
        this.topics = topics;
        this.random = random;
    }

    /**
     * Stores one message; when the call returns, it is as durable as its topic promises.
     *
     * @throws LogException.PartitionNotFound if it asks for a partition that the topic does not have
     * @throws LogException.RecordTooLarge if it is larger than the topic allows
     */
    public ProducedOffset produce(TopicName name, ProducedMessage message) {
        int partitions = topics.partitionsOf(name);
        DraftRecord draft = message.draft();
        int partition = new Partitioner(partitions, random).partition(message.partition(), draft.key());
        if (partition >= partitions) {
            throw new LogException.PartitionNotFound(name, partition, partitions);
        }
        int limit = topics.maxMessageBytesOf(name);
        if (draft.sizeInBytes() > limit) {
            throw new LogException.RecordTooLarge(0, draft.sizeInBytes(), limit);
        }
        Topic topic = topics.requireOrCreate(name);
        Appended appended =
                log.append(topic.partition(partition), List.of(draft)).await();
        return new ProducedOffset(partition, appended.offset(0), draft.timestamp());
    }

    /**
     * Stores the messages of a batch; when the call returns, they are as durable as their topic promises.
     *
     * @return what became of each, in their order
     * @throws InvalidMessagesException if one of them must not be stored; then none was
     * @throws LogException if none of them could be stored
     */
    public BatchOutcome produceAll(TopicName name, List<ProducedMessage> messages) {
        int[] chosen = choosePartitions(name, messages);
        Topic topic = topics.requireOrCreate(name);
        Map<Integer, List<DraftRecord>> byPartition = new TreeMap<>();
        for (int i = 0; i < chosen.length; i++) {
            byPartition
                    .computeIfAbsent(chosen[i], p -> new ArrayList<>())
                    .add(messages.get(i).draft());
        }
        Map<Integer, Outcome> outcomes = new HashMap<>();
        byPartition.forEach((partition, drafts) -> outcomes.put(partition, begin(topic.partition(partition), drafts)));
        outcomes.values().forEach(Outcome::await);
        int[] taken = new int[topic.partitions()];
        BatchOutcome batch = new BatchOutcome(new ArrayList<>(chosen.length), new TreeMap<>());
        for (int i = 0; i < chosen.length; i++) {
            int partition = chosen[i];
            long timestamp = messages.get(i).draft().timestamp();
            requireNonNull(outcomes.get(partition)).tell(taken[partition]++, partition, timestamp, batch);
        }
        if (batch.failures().size() == chosen.length) {
            throw batch.failures().sequencedValues().getFirst();
        }
        return batch;
    }

    /**
     * Begins to store messages that come one by one.
     *
     * @throws LogException.TopicNotFound if the topic is not there and would not be made
     */
    public ProduceStream stream(TopicName name) {
        return new ProduceStream(log, topics, name, random);
    }

    private Outcome begin(TopicPartition partition, List<DraftRecord> drafts) {
        Outcome outcome = new Outcome();
        try {
            outcome.append = log.append(partition, drafts);
        } catch (LogException failure) {
            outcome.failure = failure;
        }
        return outcome;
    }

    /** What became of one partition's part of a batch. */
    private static final class Outcome {

        private LogEngine.@Nullable Append append;
        private @Nullable Appended appended;
        private @Nullable LogException failure;

        void await() {
            if (append != null) {
                try {
                    appended = append.await();
                } catch (LogException failed) {
                    failure = failed;
                }
            }
        }

        /** @param index the place of a message among those of its partition */
        void tell(int index, int partition, long timestamp, BatchOutcome batch) {
            LogException failed =
                    appended == null ? failure : appended.failures().get(index);
            if (failed != null) {
                batch.failures().put(batch.offsets().size(), failed);
            }
            batch.offsets()
                    .add(
                            failed != null || appended == null
                                    ? null
                                    : new ProducedOffset(partition, appended.offset(index), timestamp));
        }
    }

    private int[] choosePartitions(TopicName name, List<ProducedMessage> messages) {
        int partitions = topics.partitionsOf(name);
        int limit = topics.maxMessageBytesOf(name);
        Partitioner partitioner = new Partitioner(partitions, random);
        int[] chosen = new int[messages.size()];
        List<MessageError> errors = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            DraftRecord draft = messages.get(i).draft();
            chosen[i] = partitioner.partition(messages.get(i).partition(), draft.key());
            if (chosen[i] >= partitions) {
                errors.add(new MessageError(
                        i,
                        MessageError.PARTITION_NOT_FOUND,
                        new LogException.PartitionNotFound(name, chosen[i], partitions).detail()));
            } else if (draft.sizeInBytes() > limit) {
                errors.add(new MessageError(
                        i,
                        MessageError.MESSAGE_TOO_LARGE,
                        new LogException.RecordTooLarge(i, draft.sizeInBytes(), limit).detail()));
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidMessagesException(
                    true,
                    errors.subList(0, Math.min(errors.size(), InvalidMessagesException.MAX_ERRORS)),
                    errors.size());
        }
        return chosen;
    }
}
