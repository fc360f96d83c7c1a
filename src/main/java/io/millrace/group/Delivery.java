package io.millrace.group;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.TopicPartition;
import java.util.List;
import java.util.Map;

/**
 * The answer to a poll. Whoever writes it to the client must tell how that went, once: {@link #confirm} or {@link
 * #giveBack}.
 */
public final class Delivery {

    /** How far a partition was read before this answer, and under which grant. */
    record Step(long grant, Member.Progress before) {}

    private final List<FetchedPartition> partitions;
    private final Assignment assignment;
    private final String cursor;
    private final Map<TopicPartition, Step> steps;
    private final Runnable confirmed;
    private final Runnable givenBack;

    Delivery(
            List<FetchedPartition> partitions,
            Assignment assignment,
            String cursor,
            Map<TopicPartition, Step> steps,
            Runnable confirmed,
            Runnable givenBack) {
        this.partitions = partitions;
        this.assignment = assignment;
        this.cursor = cursor;
        this.steps = steps;
        this.confirmed = confirmed;
        this.givenBack = givenBack;
    }

    /** The messages, by partition. */
    public List<FetchedPartition> partitions() {
        return partitions;
    }

    /** What the member has. */
    public Assignment assignment() {
        return assignment;
    }

    /** The place behind these messages, for the client to give back. */
    public String cursor() {
        return cursor;
    }

    Map<TopicPartition, Step> steps() {
        return steps;
    }

    /** The client has got the answer, as far as can be known. */
    public void confirm() {
        confirmed.run();
    }

    /** The client has not got the answer: its messages are delivered again. */
    public void giveBack() {
        givenBack.run();
    }
}
