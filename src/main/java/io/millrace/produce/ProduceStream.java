package io.millrace.produce;

import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.Topic;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.topic.Topics;
import io.millrace.wire.MessageError;
import io.millrace.wire.ProducedMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * Stores messages that come one by one, as many as there are. Those between two calls of {@link #flush} are appended
 * together; a few flushes may be under way, and no more, so that whoever sends is held back to what can be stored.
 */
public final class ProduceStream {

    /** What is written while what came before becomes durable. */
    private static final int UNDER_WAY = 3;

    private static final int MAX_ERRORS = 100;

    private record Flush(List<LogEngine.Append> appends, int messages) {}

    private final LogEngine log;
    private final Topics topics;
    private final TopicName name;
    private final IntUnaryOperator random;
    private final int partitions;
    private final int maxMessageBytes;
    private final Map<Integer, List<DraftRecord>> pending = new TreeMap<>();
    private final Deque<Flush> underWay = new ArrayDeque<>();
    private final List<LineError> errors = new ArrayList<>();

    private Partitioner partitioner;
    private int pendingMessages;
    private long accepted;
    private long rejected;

    ProduceStream(LogEngine log, Topics topics, TopicName name, IntUnaryOperator random) {
        this.log = log;
        this.topics = topics;
        this.name = name;
        this.random = random;
        this.partitions = topics.partitionsOf(name);
        this.maxMessageBytes = topics.maxMessageBytesOf(name);
        this.partitioner = new Partitioner(partitions, random);
    }

    /** Takes a message, or notes why it cannot be stored. */
    public void add(long line, ProducedMessage message) {
        DraftRecord draft = message.draft();
        int partition = partitioner.partition(message.partition(), draft.key());
        if (partition >= partitions) {
            reject(
                    line,
                    MessageError.PARTITION_NOT_FOUND,
                    new LogException.PartitionNotFound(name, partition, partitions).detail());
        } else if (draft.sizeInBytes() > maxMessageBytes) {
            reject(
                    line,
                    MessageError.MESSAGE_TOO_LARGE,
                    new LogException.RecordTooLarge(0, draft.sizeInBytes(), maxMessageBytes).detail());
        } else {
            pending.computeIfAbsent(partition, p -> new ArrayList<>()).add(draft);
            pendingMessages++;
        }
    }

    /** Notes that a line holds no message that can be stored. */
    public void reject(long line, String code, String detail) {
        rejected++;
        if (errors.size() < MAX_ERRORS) {
            errors.add(new LineError(line, code, detail));
        }
    }

    /**
     * Appends what was taken; what its records are views of may be used again when this returns.
     *
     * @throws LogException if something could not be stored; {@link #accepted} tells how much was
     */
    public void flush() {
        if (!pending.isEmpty()) {
            Topic topic = topics.requireOrCreate(name);
            List<LogEngine.Append> appends = new ArrayList<>(pending.size());
            pending.forEach((partition, drafts) -> appends.add(log.append(topic.partition(partition), drafts)));
            underWay.add(new Flush(appends, pendingMessages));
            pending.clear();
            pendingMessages = 0;
            // Without a key, messages of one flush go to one partition, those of the next to another.
            partitioner = new Partitioner(partitions, random);
        }
        if (underWay.size() > UNDER_WAY) {
            await(underWay.remove());
        }
    }

    /**
     * Appends what was taken, and returns when all is as durable as the topic promises.
     *
     * @throws LogException if something could not be stored; {@link #accepted} tells how much was
     */
    public void finish() {
        flush();
        while (!underWay.isEmpty()) {
            await(underWay.remove());
        }
    }

    private void await(Flush flush) {
        for (LogEngine.Append append : flush.appends()) {
            Map<Integer, LogException> failures = append.await().failures();
            if (!failures.isEmpty()) {
                throw failures.values().iterator().next();
            }
        }
        accepted += flush.messages();
    }

    /** How many messages are stored for certain. */
    public long accepted() {
        return accepted;
    }

    /** How many lines were not stored because of what they hold. */
    public long rejected() {
        return rejected;
    }

    /** Why lines were not stored, the first hundred of them. */
    public List<LineError> errors() {
        return errors;
    }
}
