package io.millrace.move;

import io.millrace.log.PartitionOffsets;
import io.millrace.move.Plan.TopicPlan;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import java.util.function.ObjLongConsumer;

/**
 * A walk over what both sides of a partition have, record by record, from their beginnings to the end of the target. It
 * passes over records that one side has let go of by its own retention or compaction.
 */
final class Comparison {

    private final Side from;
    private final Side to;
    private final TopicPartition partition;
    private final PartitionOffsets sourceEnds;
    private final PartitionOffsets targetEnds;
    private final Retention ofSource;
    private final Retention ofTarget;
    private final Cursor source;
    private final Cursor target;
    /** Where nothing is missing, offsets follow each other: where the next record is to be then. */
    private long nextMine;

    private long nextThere;
    private long goneFromSource;
    private long goneFromTarget;

    /**
     * Begins a walk.
     *
     * @param sourceEnds from where and up to where the source is looked at
     * @param nowMillis the time, by which messages may be gone
     */
    Comparison(
            Side from,
            Side to,
            TopicPlan topic,
            TopicPartition partition,
            PartitionOffsets sourceEnds,
            long nowMillis) {
        this.from = from;
        this.to = to;
        this.partition = partition;
        this.sourceEnds = sourceEnds;
        this.targetEnds = to.log().offsets(partition);
        this.ofSource = new Retention(topic.source().settings(), nowMillis, sourceEnds.logStartOffset());
        this.ofTarget = new Retention(topic.target().settings(), nowMillis, targetEnds.logStartOffset());
        this.nextMine = sourceEnds.logStartOffset();
        this.nextThere = targetEnds.logStartOffset();
        this.source = sourceCursor();
        this.target = targetCursor();
    }

    private Cursor sourceCursor() {
        return new Cursor(from.log(), partition, sourceEnds);
    }

    private Cursor targetCursor() {
        return new Cursor(to.log(), partition, targetEnds);
    }

    /** The source; after the walk, at the first record that the target lacks. */
    Cursor source() {
        return source;
    }

    /** How many records only the target has, because the source has let go of them. */
    long goneFromSource() {
        return goneFromSource;
    }

    /** How many records only the source has, because the target has let go of them. */
    long goneFromTarget() {
        return goneFromTarget;
    }

    /**
     * Walks.
     *
     * @param both takes each record that both sides have, with its offset in the target
     * @throws MoveException if the target is not the beginning of the source
     */
    void run(ObjLongConsumer<StoredRecord> both) {
        passOver(Alignment.find(this::sourceCursor, ofSource, this::targetCursor, ofTarget));
        long missingThere = 0;
        long missingMine = 0;
        for (StoredRecord there = target.peek(); there != null; there = target.peek()) {
            StoredRecord mine = source.peek();
            if (mine == null) {
                throw tooMany(there);
            }
            missingThere += Math.max(0, there.offset() - nextThere);
            missingMine += Math.max(0, mine.offset() - nextMine);
            nextThere = there.offset() + 1;
            nextMine = mine.offset() + 1;
            if (Contents.same(mine, there)) {
                both.accept(mine, there.offset());
                source.skip();
                target.skip();
            } else if (missingThere > 0 && ofTarget.mayHaveLetGo(mine)) {
                missingThere--;
                goneFromTarget++;
                source.skip();
            } else if (missingMine > 0 && ofSource.mayHaveLetGo(there)) {
                missingMine--;
                goneFromSource++;
                target.skip();
            } else {
                throw differs(mine, there);
            }
        }
    }

    private void passOver(Alignment alignment) {
        for (StoredRecord mine = source.peek();
                mine != null && goneFromTarget < alignment.source();
                mine = source.peek()) {
            nextMine = mine.offset() + 1;
            goneFromTarget++;
            source.skip();
        }
        for (StoredRecord there = target.peek();
                there != null && goneFromSource < alignment.target();
                there = target.peek()) {
            nextThere = there.offset() + 1;
            goneFromSource++;
            target.skip();
        }
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
}
