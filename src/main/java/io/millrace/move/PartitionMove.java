package io.millrace.move;

import io.millrace.log.Appended;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Topic;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * One walk over a partition on both sides: first what both have is compared, record by record, then what the target lacks
 * is appended. So the target is always the beginning of the source, and a walk that was broken off is taken up by the next.
 *
 * <p>Records of the beginning that the target's own retention has let go of are passed over, and so are those that its
 * compaction has taken out.
 */
final class PartitionMove {

    /** Appends that are under way at a time, each of one fetch. */
    private static final int IN_FLIGHT = 4;

    private final Side from;
    private final Side to;
    private final TopicPartition partition;
    private final PartitionOffsets sourceEnds;
    private final PartitionOffsets targetEnds;
    private final Topic topic;
    private final Retention retention;
    private final OffsetMap offsets;
    private final Progress progress;
    private final Cursor source;
    private final Cursor target;
    private final Contents.Checksum checksum = new Contents.Checksum();
    private long letGo;

    /**
     * Begins a walk.
     *
     * @param topic as it is on the target's side
     * @param sourceEnds up to where the source is moved
     * @param nowMillis the time, by which the target may have let go of messages
     */
    PartitionMove(
            Side from,
            Side to,
            Topic topic,
            TopicPartition partition,
            PartitionOffsets sourceEnds,
            long nowMillis,
            OffsetMap offsets,
            Progress progress) {
        this.from = from;
        this.to = to;
        this.partition = partition;
        this.sourceEnds = sourceEnds;
        this.targetEnds = to.log().offsets(partition);
        this.topic = topic;
        this.retention = new Retention(topic.settings(), nowMillis);
        this.offsets = offsets;
        this.progress = progress;
        this.source = sourceCursor();
        this.target = new Cursor(to.log(), partition, targetEnds);
    }

    private Cursor sourceCursor() {
        return new Cursor(from.log(), partition, sourceEnds);
    }

    /** Over the contents of all messages that are on both sides. */
    Contents.Checksum checksum() {
        return checksum;
    }

    /** How many messages of the source the target's own rules have let go of. */
    long letGo() {
        return letGo;
    }

    /**
     * Goes over what the target has.
     *
     * @throws MoveException if that is not the beginning of the source
     */
    void compare() {
        for (long lost = lostAtStart(); letGo < lost; letGo++) {
            passOver();
        }
        long expected = targetEnds.logStartOffset();
        for (StoredRecord there = target.peek(); there != null; there = target.peek()) {
            StoredRecord mine = source.peek();
            for (long gap = there.offset() - expected; gap > 0 && mine != null; gap--) {
                if (Contents.same(mine, there) || !retention.mayHaveLetGo(mine)) {
                    break;
                }
                letGo++;
                passOver();
                mine = source.peek();
            }
            if (mine == null) {
                throw tooMany(there);
            }
            if (!Contents.same(mine, there)) {
                throw differs(mine, there);
            }
            expected = there.offset() + 1;
            target.skip();
            source.skip();
            onBothSides(mine, there.offset());
        }
    }

    private void passOver() {
        StoredRecord passed = source.peek();
        if (passed != null) {
            source.skip();
        }
    }

    /**
     * How many records the target has lost at its beginning. In a partition that was filled by a move, the offsets count
     * the source's records; so if that leads to the same record, and all before it were to go, that is it.
     */
    private long lostAtStart() {
        long start = targetEnds.logStartOffset();
        Cursor probe = sourceCursor();
        for (long i = 0; i < start; i++) {
            StoredRecord record = probe.peek();
            if (record == null || !retention.mayHaveLetGo(record)) {
                return 0;
            }
            probe.skip();
        }
        StoredRecord first = target.peek();
        StoredRecord there = probe.peek();
        boolean fits = first == null || (there != null && Contents.same(there, first));
        return fits ? start : 0;
    }

    private MoveException tooMany(StoredRecord there) {
        return new MoveException(
                "Topic '%s', partition %d: %s has more messages than %s, the first of them at offset %d"
                        .formatted(partition.topic(), partition.partition(), to.name(), from.name(), there.offset()));
    }

    private MoveException differs(StoredRecord mine, StoredRecord there) {
        return new MoveException(
                "Topic '%s', partition %d: the message at offset %d of %s is not the one at offset %d of %s: they differ in %s"
                        .formatted(
                                partition.topic(),
                                partition.partition(),
                                there.offset(),
                                to.name(),
                                mine.offset(),
                                from.name(),
                                Contents.difference(mine, there)));
    }

    private void onBothSides(StoredRecord mine, long targetOffset) {
        checksum.add(mine);
        offsets.pair(mine.offset(), targetOffset);
        tell();
    }

    private void tell() {
        progress.at(partition, checksum.records() + letGo, size(sourceEnds), "");
    }

    /** About how many messages a partition has; gaps count too. */
    static long size(PartitionOffsets ends) {
        return ends.highWatermark() - ends.logStartOffset();
    }

    /** The first message of the source that is not on the target's side, after {@link #compare}. */
    boolean isComplete() {
        return source.peek() == null;
    }

    private record Pending(List<StoredRecord> records, LogEngine.Append append) {}

    /** Appends what the target lacks, after {@link #compare}; returns how many messages that were. */
    long append() {
        long before = checksum.records();
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
            throw failed(records.getFirst(), failure);
        }
    }

    /** A message that is refused while those behind it are under way would leave a hole. */
    private void checkSize(StoredRecord record) {
        int limit = topic.settings().maxMessageBytes();
        if (record.sizeInBytes() + to.overheadBytes() > limit) {
            throw failed(
                    record,
                    "%d bytes do not fit into the topic's max.message.bytes, %d, there; set it higher, or make the topic with a higher one, and move again"
                            .formatted(record.sizeInBytes(), limit));
        }
    }

    private void finish(Pending pending) {
        Appended appended;
        try {
            appended = pending.append().await();
        } catch (LogException failure) {
            throw failed(pending.records().getFirst(), failure);
        }
        for (Map.Entry<Integer, LogException> failure : appended.failures().entrySet()) {
            throw failed(pending.records().get(failure.getKey()), failure.getValue());
        }
        for (int i = 0; i < pending.records().size(); i++) {
            onBothSides(pending.records().get(i), appended.offset(i));
        }
    }

    private MoveException failed(StoredRecord record, LogException why) {
        return failed(record, why.detail());
    }

    private MoveException failed(StoredRecord record, String why) {
        return new MoveException(
                "Topic '%s', partition %d: the messages from offset %d of %s on could not be written to %s: %s"
                        .formatted(
                                partition.topic(),
                                partition.partition(),
                                record.offset(),
                                from.name(),
                                to.name(),
                                why));
    }
}
