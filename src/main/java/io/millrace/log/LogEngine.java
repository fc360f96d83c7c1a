package io.millrace.log;

import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * A set of topics, each a number of append-only logs of records. All calls may be made from any thread; every failure is
 * a {@link LogException}.
 *
 * <p>A record is <em>readable</em> once it is as durable as its topic promises, that is, below the high watermark. Offsets
 * of a partition rise, and a readable record never changes its offset.
 */
public interface LogEngine extends AutoCloseable {

    /**
     * Creates a topic; when the call returns, the topic survives a crash.
     *
     * @param partitions at least 1
     * @throws LogException.TopicExists if there is one of that name
     */
    Topic createTopic(TopicName name, int partitions, TopicSettings settings);

    /**
     * Deletes a topic with all its records; when the call returns, it does not come back after a crash.
     *
     * @throws LogException.TopicNotFound if there is none of that name
     */
    void deleteTopic(TopicName name);

    /** The topic of that name, if there is one. */
    Optional<Topic> topic(TopicName name);

    /** All topics, the engine's and Millrace's own among them, by name. */
    List<Topic> topics();

    /** Has {@code listener} called, on the changing thread, after a topic was created or deleted. */
    void onTopicChange(Consumer<TopicName> listener);

    /**
     * The ends of a partition.
     *
     * @throws LogException.TopicNotFound if there is no such topic
     * @throws LogException.PartitionNotFound if the topic has no such partition
     */
    PartitionOffsets offsets(TopicPartition partition);

    /** The ends of several partitions, at about one moment; those that are not there are left out. */
    Map<TopicPartition, PartitionOffsets> offsets(Collection<TopicPartition> partitions);

    /**
     * How many times smaller compression made the records that were appended to the partition since its topic's {@code
     * compression.type} is what it is; nothing where none were, or where the engine cannot tell. A crash may take what was
     * counted last, not the sense of the figure.
     *
     * @throws LogException.TopicNotFound if there is no such topic
     * @throws LogException.PartitionNotFound if the topic has no such partition
     */
    default OptionalDouble compressionRatio(TopicPartition partition) {
        return OptionalDouble.empty();
    }

    /**
     * The offset of the first readable record whose timestamp is {@code timestamp} or later; the high watermark where there
     * is none.
     *
     * @param timestamp milliseconds since the epoch
     */
    long offsetForTimestamp(TopicPartition partition, long timestamp);

    /**
     * Appends records to a partition, in order. The call returns when their order among other appends is fixed; {@link
     * Append#await()} when they are as durable as the topic promises. Several appends may be begun before the first is
     * awaited.
     *
     * @param records at least one
     * @throws LogException.RecordTooLarge if one is larger than the topic's {@code max.message.bytes}
     */
    Append append(TopicPartition partition, List<DraftRecord> records);

    /**
     * Reads what is readable now, without waiting. Partitions are read in the order given until one of the limits is
     * reached; the first record found is returned whatever its size.
     *
     * @throws LogException.OffsetOutOfRange if a position is below its log's start or beyond its high watermark
     */
    Fetched fetch(FetchPlan plan);

    /**
     * Has {@code wake} called once, as soon as one of the positions has a readable record; also when one of their topics
     * is deleted, and when the engine closes. If that is so already, it is called before this method returns. It runs on
     * the appending thread, so it must hand its work on.
     */
    Registration await(List<Position> positions, Runnable wake);

    /** Whether the engine can serve; false while it starts, after it closed, and while its storage is out of reach. */
    boolean isReady();

    /** Wakes all who wait, makes everything durable and releases the storage. Calls after that fail. */
    @Override
    void close();

    /** Records on their way into the log. */
    interface Append {

        /**
         * Returns when the records are as durable as their topic promises, and so readable.
         *
         * @return where they are; where an engine can fail for some of them only, also why the others are not
         * @throws LogException.StorageFailed if they could not be made so: they may or may not be there after a restart
         * @throws LogException.Unavailable if it is not known whether they are: they may come to be there
         */
        Appended await();
    }

    /** An interest in new records, see {@link LogEngine#await}. */
    interface Registration {

        /** Ends the interest; the call-back may be running already. */
        void cancel();
    }
}
