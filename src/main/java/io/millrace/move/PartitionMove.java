package io.millrace.move;

import io.millrace.log.Appended;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.move.Plan.TopicPlan;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * The move of one partition: first what both sides have is compared, record by record, then what the target lacks is
 * appended. So the target is always the beginning of the source, and a move that was broken off is taken up by the next.
 */
final class PartitionMove {

    /** Appends that are under way at a time, each of one fetch. */
    private static final int IN_FLIGHT = 4;

    private final Side from;
    private final Side to;
    private final TopicPlan topic;
    private final TopicPartition partition;
    private final PartitionOffsets sourceEnds;
    private final OffsetMap offsets;
    private final Progress progress;
    private final Comparison comparison;
    private final Contents.Checksum checksum = new Contents.Checksum();

    /**
     * Begins a move.
     *
     * @param sourceEnds up to where the source is moved
     * @param nowMillis the time, by which messages may be gone
     * @param offsets learns which offsets stand for which
     */
    PartitionMove(
            Side from,
            Side to,
            TopicPlan topic,
            TopicPartition partition,
            PartitionOffsets sourceEnds,
            long nowMillis,
            OffsetMap offsets,
            Progress progress) {
        this.from = from;
        this.to = to;
        this.topic = topic;
        this.partition = partition;
        this.sourceEnds = sourceEnds;
        this.offsets = offsets;
        this.progress = progress;
        this.comparison = new Comparison(from, to, topic, partition, sourceEnds, nowMillis);
    }

    /** Over the contents of all messages that are on both sides. */
    Contents.Checksum checksum() {
        return checksum;
    }

    /** What each side has let go of that the other has. */
    Comparison comparison() {
        return comparison;
    }

    /**
     * Goes over what the target has.
     *
     * @throws MoveException if that is not the beginning of the source
     */
    void compare() {
        comparison.run(this::onBothSides);
    }

    private void onBothSides(StoredRecord mine, long targetOffset) {
        checksum.add(mine);
        offsets.pair(mine.offset(), targetOffset);
        progress.at(partition, checksum.records() + comparison.goneFromTarget(), size(sourceEnds), "");
    }

    /** About how many messages a partition has; gaps count too. */
    static long size(PartitionOffsets ends) {
        return ends.highWatermark() - ends.logStartOffset();
    }

    /** Whether the target lacks nothing, after {@link #compare}. */
    boolean isComplete() {
        return comparison.source().peek() == null;
    }

    private record Pending(List<StoredRecord> records, LogEngine.Append append) {}

    /** Appends what the target lacks, after {@link #compare}; returns how many messages that were. */
    long append() {
        long before = checksum.records();
        Cursor source = comparison.source();
        Deque<Pending> pending = new ArrayDeque<>();
        for (List<StoredRecord> records = source.take(); !records.isEmpty(); records = source.take()) {
            if (pending.size() == IN_FLIGHT) {
                finish(pending.removeFirst());
            }
            pending.addLast(new Pending(records, begin(records)));
        }
        pending.forEach(this::finish);
        offsets.end(to.log().offsets(partition).highWatermark());
        return checksum.records() - before;
    }

    private LogEngine.Append begin(List<StoredRecord> records) {
        records.forEach(this::checkSize);
        try {
            return to.log()
                    .append(partition, records.stream().map(Contents::draft).toList());
        } catch (LogException failure) {
            throw failed(records.getFirst(), failure.detail());
        }
    }

    /** A message that is refused while those behind it are under way would leave a hole. */
    private void checkSize(StoredRecord record) {
        int limit = topic.target().settings().maxMessageBytes();
        if (record.sizeInBytes() + to.overheadBytes() > limit) {
            throw failed(
                    record,
                    "its %d bytes do not fit into the topic's max.message.bytes there, %d; make that higher, or the topic with a higher one, and move again"
                            .formatted(record.sizeInBytes(), limit));
        }
    }

    private void finish(Pending pending) {
        Appended appended;
        try {
            appended = pending.append().await();
        } catch (LogException failure) {
            throw failed(pending.records().getFirst(), failure.detail());
        }
        for (Map.Entry<Integer, LogException> failure : appended.failures().entrySet()) {
            throw failed(
                    pending.records().get(failure.getKey()), failure.getValue().detail());
        }
        for (int i = 0; i < pending.records().size(); i++) {
            onBothSides(pending.records().get(i), appended.offset(i));
        }
    }

    private MoveException failed(StoredRecord record, String why) {
        return new MoveException("Topic '%s', partition %d: the message at offset %d of %s was not written to %s: %s"
                .formatted(partition.topic(), partition.partition(), record.offset(), from.name(), to.name(), why));
    }
}
