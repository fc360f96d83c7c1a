package io.millrace.log;

import io.millrace.record.ProducerStamp;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for records to be appended.
 *
 * @param expectedOffset the offset that the first of them must get, or {@link #ANY_OFFSET}
 * @param producer how their producer numbers them; null if it does not
 */
public record AppendTerms(long expectedOffset, @Nullable ProducerStamp producer) {

    public static final long ANY_OFFSET = -1;

    /** Records that are appended whatever is there. */
    public static final AppendTerms NONE = new AppendTerms(ANY_OFFSET, null);

    /** The terms for those that remain when {@code count} of the records are there. */
    public AppendTerms after(int count) {
        return new AppendTerms(
                expectedOffset == ANY_OFFSET ? ANY_OFFSET : expectedOffset + count,
                producer == null
                        ? null
                        : new ProducerStamp(
                                producer.producerId(),
                                producer.epoch(),
                                ProducerStamp.plus(producer.sequence(), count)));
    }
}
