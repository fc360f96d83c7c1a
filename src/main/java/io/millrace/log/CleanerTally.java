package io.millrace.log;

/**
 * What compaction has done.
 *
 * @param runs how many times a partition was cleaned
 * @param bytesRead how many bytes the segments had that were cleaned
 * @param bytesKept how many bytes those have that are in their place
 * @param nanos how many nanoseconds that took
 */
public record CleanerTally(long runs, long bytesRead, long bytesKept, long nanos) {

    /** Nothing was done yet. */
    public static final CleanerTally NONE = new CleanerTally(0, 0, 0, 0);

    /** This and one more run. */
    public CleanerTally plus(long read, long kept, long moreNanos) {
        return new CleanerTally(runs + 1, bytesRead + read, bytesKept + kept, nanos + moreNanos);
    }
}
