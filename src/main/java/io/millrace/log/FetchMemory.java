package io.millrace.log;

/** Where a fetch takes the memory from that the records take which it finds. */
public interface FetchMemory {

    /** As much as is asked for. */
    FetchMemory PLENTY = bytes -> true;

    /**
     * Takes memory for one more record; false if there is none, so that the fetch ends before that record. If there is none for
     * the first one, it throws what the asker is to be told.
     */
    boolean take(long bytes);

    /** Gives back all that was taken, since nobody refers to those records any more. */
    default void giveBack() {}
}
