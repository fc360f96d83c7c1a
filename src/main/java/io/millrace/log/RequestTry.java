package io.millrace.log;

import io.millrace.record.Checkpoint;
import java.util.Map;

/**
 * One try of a request that is stored once, however often it is tried. While it is open no other try of the request begins. For
 * one thread.
 */
public interface RequestTry extends AutoCloseable {

    /** When the first try that stored something was begun, in milliseconds since the epoch; else when this one was. */
    long timeMillis();

    /**
     * How many partitions the messages are to be placed by.
     *
     * @param now how many the topic has
     */
    int partitions(int now);

    /**
     * Compares what the request holds, up to some message, with what earlier tries held.
     *
     * @throws LogException.RequestReused if it is not the same
     */
    void check(Checkpoint checkpoint);

    /** Whether earlier tries have left a checkpoint at that message. */
    boolean hasCheckpoint(long at);

    /**
     * Checks that earlier tries did not hold more than this one, which is at its end.
     *
     * @param end how many messages it had
     * @throws LogException.RequestReused if they did
     */
    void checkEnd(long end);

    /**
     * Appends what of the part is not stored yet.
     *
     * @return what to wait for, by partition; each tells of all records of its share, those of earlier tries among them
     */
    Map<Integer, LogEngine.Append> append(RequestPart part);

    /** Lets the next try begin. What was appended must have been awaited. */
    @Override
    void close();
}
