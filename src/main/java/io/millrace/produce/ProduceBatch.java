package io.millrace.produce;

import static java.util.Objects.requireNonNull;

import io.millrace.log.Appended;
import io.millrace.log.FetchPlan;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.Position;
import io.millrace.log.RequestPart.Share;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
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
import org.jspecify.annotations.Nullable;

/** The messages of one request on their way into the log. */
final class ProduceBatch {

    private final LogEngine log;
    private final Topics topics;
    private final TopicName name;
    private final List<ProducedMessage> messages;
    private final ProduceAttempt attempt;
    private final boolean isBatch;
    private final int partitions;

    /** @param isBatch whether errors are to tell which of the messages they are about */
    ProduceBatch(
            LogEngine log,
            Topics topics,
            TopicName name,
            List<ProducedMessage> messages,
            ProduceAttempt attempt,
            boolean isBatch) {
        this.log = log;
        this.topics = topics;
        this.name = name;
        this.messages = messages;
        this.attempt = attempt;
        this.isBatch = isBatch;
        this.partitions = attempt.partitions(topics.partitionsOf(name));
    }

    BatchOutcome store() {
        int[] chosen = choosePartitions();
        Topic topic = topics.requireOrCreate(name);
        Map<Integer, Share> shares = new TreeMap<>();
        for (int i = 0; i < chosen.length; i++) {
            Share share = shares.computeIfAbsent(chosen[i], p -> new Share(new ArrayList<>(), new ArrayList<>()));
            share.records().add(messages.get(i).draft());
            if (attempt.isOnce()) {
                share.numbers().add((long) i);
            }
        }
        Map<Integer, Outcome> outcomes = new HashMap<>();
        attempt.append(topic, shares, partitions, true)
                .forEach((partition, append) -> outcomes.put(partition, new Outcome(append)));
        outcomes.values().forEach(Outcome::await);
        boolean repeated = outcomes.values().stream().allMatch(Outcome::isRepeat);
        BatchOutcome batch = new BatchOutcome(new ArrayList<>(chosen.length), new TreeMap<>(), repeated);
        int[] taken = new int[partitions];
        for (int i = 0; i < chosen.length; i++) {
            int partition = chosen[i];
            long timestamp = messages.get(i).draft().timestamp();
            requireNonNull(outcomes.get(partition)).tell(taken[partition]++, partition, timestamp, batch);
        }
        if (batch.failures().size() == chosen.length) {
            throw batch.failures().sequencedValues().getFirst();
        }
        return repeated && !attempt.isOnce() ? withStoredTimestamps(topic, batch) : batch;
    }

    /** What became of one partition's part of a batch. */
    private static final class Outcome {

        private final LogEngine.Append append;
        private @Nullable Appended appended;
        private @Nullable LogException failure;

        private Outcome(LogEngine.Append append) {
            this.append = append;
        }

        void await() {
            try {
                appended = append.await();
            } catch (LogException failed) {
                failure = failed;
            }
        }

        boolean isRepeat() {
            return appended != null && appended.isRepeat();
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

    /** A repeat is answered as the first time, so with the timestamps that were stored, as long as they are there. */
    private BatchOutcome withStoredTimestamps(Topic topic, BatchOutcome batch) {
        ProducedOffset first = requireNonNull(batch.offsets().getFirst());
        Map<Long, Long> timestamps = new HashMap<>();
        try {
            Position from = new Position(topic.partition(first.partition()), first.offset());
            log.fetch(new FetchPlan(List.of(from), batch.offsets().size(), Long.MAX_VALUE))
                    .partitions()
                    .forEach(found -> {
                        for (StoredRecord record : found.records()) {
                            timestamps.put(record.offset(), record.timestamp());
                        }
                    });
        } catch (LogException.OffsetOutOfRange gone) {
            return batch;
        }
        batch.offsets().replaceAll(told -> {
            ProducedOffset offset = requireNonNull(told);
            return new ProducedOffset(
                    offset.partition(), offset.offset(), timestamps.getOrDefault(offset.offset(), offset.timestamp()));
        });
        return batch;
    }

    private int[] choosePartitions() {
        TopicSettings settings = topics.settingsOf(name);
        Partitioner partitioner = new Partitioner(partitions, attempt.choice(0));
        int[] chosen = new int[messages.size()];
        List<MessageError> errors = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            ProducedMessage message = messages.get(i);
            DraftRecord draft = message.draft();
            if (attempt.choosesAnewAt(i)) {
                partitioner = new Partitioner(partitions, attempt.choice(i));
            }
            chosen[i] = partitioner.partition(message.partition(), draft.key());
            LogException refusal = chosen[i] >= partitions
                    ? new LogException.PartitionNotFound(name, chosen[i], partitions)
                    : settings.refusal(i, draft);
            if (refusal != null) {
                if (!isBatch) {
                    throw refusal;
                }
                errors.add(new MessageError(i, Refusals.codeOf(refusal), refusal.detail()));
            } else if (attempt.needsOnePartition() && !OnePartition.holds(message, partitions, chosen[i], chosen[0])) {
                errors.add(new MessageError(i, MessageError.INVALID_MESSAGE, OnePartition.RULE));
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidMessagesException(
                    isBatch,
                    errors.subList(0, Math.min(errors.size(), InvalidMessagesException.MAX_ERRORS)),
                    errors.size());
        }
        return chosen;
    }
}
