package io.millrace.produce;

import io.millrace.log.Appended;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.RequestPart.Share;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.topic.Topics;
import io.millrace.wire.MessageError;
import io.millrace.wire.ProducedMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Stores messages that come one by one, as many as there are. Those between two calls of {@link #flush} are appended
 * together; a few flushes may be under way, and no more, so that whoever sends is held back to what can be stored.
 */
public final class ProduceStream {

    /** What is written while what came before becomes durable. */
    private static final int UNDER_WAY = 3;

    private static final int MAX_ERRORS = 100;

    private record Flush(Collection<LogEngine.Append> appends, int messages) {}

    private final Topics topics;
    private final TopicName name;
    private final ProduceAttempt attempt;
    private final int partitions;
    private final TopicSettings settings;
    private final @Nullable ContentDigest digest;
    private final Map<Integer, Share> pending = new TreeMap<>();
    private final Deque<Flush> underWay = new ArrayDeque<>();
    private final List<LineError> errors = new ArrayList<>();

    private Partitioner partitioner;
    private @Nullable Integer onePartition;
    private int pendingMessages;
    private long accepted;
    private long rejected;
    private boolean onlyRepeats = true;

    ProduceStream(Topics topics, TopicName name, ProduceAttempt attempt) {
        this.topics = topics;
        this.name = name;
        this.attempt = attempt;
        this.partitions = attempt.partitions(topics.partitionsOf(name));
        this.settings = topics.settingsOf(name);
        this.digest = attempt.isOnce() ? new ContentDigest() : null;
        this.partitioner = new Partitioner(partitions, attempt.choice(0));
    }

    /**
     * Takes note of a line, whatever it holds; to be called for each, in order, before its message is added.
     *
     * @throws LogException.RequestReused if an earlier request of the same name held something else
     */
    public void line(byte[] bytes, int from, int length) {
        if (digest != null) {
            digest.line(bytes, from, length);
            if (attempt.hasCheckpoint(digest.lines())) {
                attempt.check(digest.checkpoint());
            }
        }
    }

    /** Takes a message, or notes why it cannot be stored. */
    public void add(long line, ProducedMessage message) {
        DraftRecord draft = message.draft();
        if (attempt.choosesAnewAt(line)) {
            partitioner = new Partitioner(partitions, attempt.choice(line));
        }
        int partition = partitioner.partition(message.partition(), draft.key());
        LogException refusal = partition >= partitions
                ? new LogException.PartitionNotFound(name, partition, partitions)
                : settings.refusal(0, draft);
        if (refusal != null) {
            reject(line, Refusals.codeOf(refusal), refusal.detail());
        } else if (!isAllowed(message, partition)) {
            reject(line, MessageError.INVALID_MESSAGE, OnePartition.RULE);
        } else {
            Share share = pending.computeIfAbsent(partition, p -> new Share(new ArrayList<>(), new ArrayList<>()));
            share.records().add(draft);
            if (digest != null) {
                share.numbers().add(digest.lines() - 1);
            }
            pendingMessages++;
        }
    }

    private boolean isAllowed(ProducedMessage message, int partition) {
        if (!attempt.needsOnePartition()) {
            return true;
        }
        int one = onePartition == null ? partition : onePartition;
        boolean allowed = OnePartition.holds(message, partitions, partition, one);
        onePartition = allowed ? Integer.valueOf(one) : onePartition;
        return allowed;
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
            if (digest != null) {
                attempt.check(digest.checkpoint());
            }
            Map<Integer, LogEngine.Append> appends = attempt.append(topic, pending, partitions, false);
            underWay.add(new Flush(appends.values(), pendingMessages));
            pending.clear();
            pendingMessages = 0;
            if (digest == null) {
                // Without a key, messages of one flush go to one partition, those of the next to another.
                partitioner = new Partitioner(partitions, attempt.choice(0));
            }
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
        if (digest != null) {
            attempt.checkEnd(digest.lines());
        }
        while (!underWay.isEmpty()) {
            await(underWay.remove());
        }
    }

    private void await(Flush flush) {
        for (LogEngine.Append append : flush.appends()) {
            Appended appended = append.await();
            Map<Integer, LogException> failures = appended.failures();
            onlyRepeats &= appended.isRepeat();
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

    /** Whether there were messages, and all of them had been stored before. */
    public boolean isRepeat() {
        return accepted > 0 && onlyRepeats;
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
