package io.millrace.produce;

import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.Topic;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.topic.Topics;
import io.millrace.wire.InvalidMessagesException;
import io.millrace.wire.MessageError;
import io.millrace.wire.ProducedMessage;
import io.millrace.wire.ProducedOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

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
        LogEngine.Append append = log.append(topic.partition(partition), List.of(draft));
        append.await();
        return new ProducedOffset(partition, append.baseOffset(), draft.timestamp());
    }

    /**
     * Stores the messages of a batch; when the call returns, they are as durable as their topic promises.
     *
     * @return where each went, in their order
     * @throws InvalidMessagesException if one of them cannot be stored; then none was
     */
    public List<ProducedOffset> produceAll(TopicName name, List<ProducedMessage> messages) {
        int[] chosen = choosePartitions(name, messages);
        Topic topic = topics.requireOrCreate(name);
        Map<Integer, List<DraftRecord>> byPartition = new TreeMap<>();
        for (int i = 0; i < chosen.length; i++) {
            byPartition
                    .computeIfAbsent(chosen[i], p -> new ArrayList<>())
                    .add(messages.get(i).draft());
        }
        LogEngine.Append[] appends = new LogEngine.Append[topic.partitions()];
        byPartition.forEach((partition, drafts) -> appends[partition] = log.append(topic.partition(partition), drafts));
        for (LogEngine.Append append : appends) {
            if (append != null) {
                append.await();
            }
        }
        int[] taken = new int[appends.length];
        List<ProducedOffset> offsets = new ArrayList<>(chosen.length);
        for (int i = 0; i < chosen.length; i++) {
            int partition = chosen[i];
            offsets.add(new ProducedOffset(
                    partition,
                    appends[partition].baseOffset() + taken[partition]++,
                    messages.get(i).draft().timestamp()));
        }
        return offsets;
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
