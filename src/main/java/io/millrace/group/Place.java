package io.millrace.group;

/** Where a reader is to go on in a partition. */
public sealed interface Place {

    /** At an offset, which must be in the log or its end. */
    record At(long offset) implements Place {}

    /** Where the log begins. */
    record Earliest() implements Place {}

    /** At the high watermark. */
    record Latest() implements Place {}

    /**
     * At the first record of that time or later; at the high watermark where there is none.
     *
     * @param timestamp milliseconds since the epoch
     */
    record Since(long timestamp) implements Place {}

    /**
     * So many records before or behind what is committed, as far as the log reaches.
     *
     * @param by negative to go back
     */
    record Shifted(long by) implements Place {}
}
