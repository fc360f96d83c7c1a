package io.millrace.log.segment;

import io.millrace.log.LogException;
import io.millrace.record.ProducerStamp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a partition knows of one producer.
 *
 * @param epoch its latest epoch
 * @param runs where its latest records are, in order; at least one
 * @param lastTimeMillis when it last stored something, in milliseconds since the epoch
 */
record ProducerState(short epoch, List<Run> runs, long lastTimeMillis) {

    /** How many runs are remembered, as many as Kafka's brokers remember batches. */
    static final int MAX_RUNS = 5;

    /** Records whose sequence numbers and whose offsets follow each other. */
    record Run(int sequence, long baseOffset, int count) {

        private boolean endsBefore(int next, long offset) {
            return ProducerStamp.plus(sequence, count) == next
                    && baseOffset + count == offset
                    && count < Integer.MAX_VALUE / 2;
        }
    }

    static ProducerState of(ProducerStamp stamp, long baseOffset, int count, long timeMillis) {
        return new ProducerState(stamp.epoch(), List.of(new Run(stamp.sequence(), baseOffset, count)), timeMillis);
    }

    /** The number that comes next. */
    int nextSequence() {
        Run last = runs.getLast();
        return ProducerStamp.plus(last.sequence(), last.count());
    }

    /** The offset after its last record. */
    long end() {
        Run last = runs.getLast();
        return last.baseOffset() + last.count();
    }

    /** What is known after more records, which were found to come next. */
    ProducerState plus(ProducerStamp stamp, long baseOffset, int count, long timeMillis) {
        if (stamp.epoch() != epoch) {
            return of(stamp, baseOffset, count, timeMillis);
        }
        List<Run> all = new ArrayList<>(runs);
        Run last = all.getLast();
        if (last.endsBefore(stamp.sequence(), baseOffset)) {
            all.set(all.size() - 1, new Run(last.sequence(), last.baseOffset(), last.count() + count));
        } else {
            all.add(new Run(stamp.sequence(), baseOffset, count));
        }
        return new ProducerState(
                epoch, List.copyOf(all.subList(Math.max(0, all.size() - MAX_RUNS), all.size())), timeMillis);
    }

    /**
     * How many of {@code count} records with that stamp are stored already: the first ones, or none.
     *
     * @throws LogException.StaleProducerEpoch if a later epoch has begun
     * @throws LogException.OutOfOrderSequence if the first of them is neither the next one nor one that is remembered
     */
    int stored(ProducerStamp stamp, int count) {
        if (stamp.epoch() < epoch) {
            throw new LogException.StaleProducerEpoch(stamp, epoch);
        }
        if (stamp.epoch() > epoch) {
            if (stamp.sequence() != 0) {
                throw new LogException.OutOfOrderSequence(stamp, 0, "an epoch begins at 0");
            }
            return 0;
        }
        int next = nextSequence();
        if (stamp.sequence() == next) {
            return 0;
        }
        // Numbers go in a circle: what lies less than half of it behind is a repeat, what lies before is a gap.
        int behind = ProducerStamp.plus(next, -stamp.sequence());
        if (behind > Integer.MAX_VALUE / 2) {
            throw new LogException.OutOfOrderSequence(stamp, next, "those between are missing");
        }
        if (offset(stamp.sequence()) < 0) {
            throw new LogException.OutOfOrderSequence(
                    stamp, next, "it was stored, but where is remembered only for the last of them");
        }
        return Math.min(behind, count);
    }

    /** The offsets of records that are {@link #stored}. */
    List<Long> offsets(int sequence, int count) {
        return LongStream.range(0, count)
                .map(i -> offset(ProducerStamp.plus(sequence, (int) i)))
                .boxed()
                .toList();
    }

    private long offset(int sequence) {
        for (Run run : runs) {
            int distance = ProducerStamp.plus(sequence, -run.sequence());
            if (distance < run.count()) {
                return run.baseOffset() + distance;
            }
        }
        return -1;
    }
}
