package io.millrace.produce;

import io.millrace.log.Appended;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.RequestTry;
import io.millrace.log.Topic;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.topic.Topics;
import io.millrace.wire.InvalidMessagesException;
import io.millrace.wire.ProducedMessage;
import io.millrace.wire.ProducedOffset;
import java.util.Collections;
import java.util.List;
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
     * Stores one message that nothing else is asked for; when the call returns, it is as durable as its topic promises.
     *
     * @throws LogException.PartitionNotFound if it asks for a partition that the topic does not have
     * @throws LogException.RecordTooLarge if it is larger than the topic allows
     * @throws LogException.RecordWithoutKey if the topic is compacted and it has no key
     */
    public ProducedOffset produce(TopicName name, ProducedMessage message) {
        int partitions = topics.partitionsOf(name);
        DraftRecord draft = message.draft();
        int partition = new Partitioner(partitions, random).partition(message.partition(), draft.key());
        if (partition >= partitions) {
            throw new LogException.PartitionNotFound(name, partition, partitions);
        }
        topics.settingsOf(name).check(List.of(draft));
        Topic topic = topics.requireOrCreate(name);
        Appended appended =
                log.append(topic.partition(partition), List.of(draft)).await();
        return new ProducedOffset(partition, appended.offset(0), draft.timestamp());
    }

    /**
     * Begins a try to store the messages of a request.
     *
     * @param nowMillis milliseconds since the epoch
     * @throws LogException.RequestUnderWay if the request is to be stored only once, and another try of it takes too long
     */
    public ProduceAttempt begin(TopicName name, ProduceTerms terms, long nowMillis) {
        RequestTry once = terms.request() == null ? null : log.tryOnce(name, terms.request(), nowMillis);
        return new ProduceAttempt(log, terms, random, nowMillis, once);
    }

    /**
     * Stores the messages of a batch; when the call returns, they are as durable as their topic promises.
     *
     * @return what became of each, in their order
     * @throws InvalidMessagesException if one of them must not be stored; then none was
     * @throws LogException if none of them could be stored
     */
    public BatchOutcome produceAll(TopicName name, List<ProducedMessage> messages, ProduceAttempt attempt) {
        return new ProduceBatch(log, topics, name, messages, attempt, true).store();
    }

    /**
     * Stores one message on terms; see {@link #produceAll}.
     *
     * @throws LogException if it could not be stored
     */
    public BatchOutcome produce(TopicName name, ProducedMessage message, ProduceAttempt attempt) {
        return attempt.isPlain()
                ? new BatchOutcome(List.of(produce(name, message)), Collections.emptySortedMap(), false)
                : new ProduceBatch(log, topics, name, List.of(message), attempt, false).store();
    }

    /**
     * Begins to store messages that come one by one.
     *
     * @throws LogException.TopicNotFound if the topic is not there and would not be made
     */
    public ProduceStream stream(TopicName name, ProduceAttempt attempt) {
        return new ProduceStream(topics, name, attempt);
    }
}
