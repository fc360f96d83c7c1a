package io.millrace.log;

import io.millrace.record.RequestMark;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What is known of a request in one partition.
 *
 * @param mark the last mark of the request in this partition
 * @param runs where its records are, in order; empty where the mark does not keep offsets
 * @param end the offset after its last record
 */
public record Remembered(RequestMark mark, List<Run> runs, long end) {

    /** Records at offsets that follow each other. */
    public record Run(long baseOffset, int count) {}

    /** What is known after the first records of a request. */
    public static Remembered of(RequestMark mark, long baseOffset, int count) {
        List<Run> runs = mark.keepsOffsets() ? List.of(new Run(baseOffset, count)) : List.of();
        return new Remembered(mark, runs, baseOffset + count);
    }

    /** What is known after more records of it. */
    public Remembered plus(RequestMark next, long baseOffset, int count) {
        if (!next.keepsOffsets()) {
            return new Remembered(next, List.of(), baseOffset + count);
        }
        List<Run> all = new ArrayList<>(runs);
        if (!all.isEmpty() && end == baseOffset) {
            Run last = all.removeLast();
            all.add(new Run(last.baseOffset(), last.count() + count));
        } else {
            all.add(new Run(baseOffset, count));
        }
        return new Remembered(next, List.copyOf(all), baseOffset + count);
    }

    /** The offset of each record, in order. */
    public List<Long> offsets() {
        return runs.stream()
                .flatMapToLong(run -> LongStream.range(run.baseOffset(), run.baseOffset() + run.count()))
                .boxed()
                .toList();
    }
}
