package io.millrace.group;

/** Where a group begins in a partition for which it has no committed offset, or one that is not in the log any more. */
public enum AutoOffsetReset {
    /** At the log start. */
    EARLIEST,
    /** At the end, as it is when the partition is first given to a member. */
    LATEST,
    /** Nowhere: polling is refused until an offset is committed. */
    NONE
}
