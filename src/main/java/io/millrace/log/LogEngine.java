package io.millrace.log;

import io.millrace.record.DraftRecord;
import io.millrace.record.RequestId;
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

    /** To {@link #trim}: the high watermark, whatever it is then. */
    long HIGH_WATERMARK = -1;

    /**
     * Creates a topic; when the call returns, the topic survives a crash.
     *
     * @param partitions at least 1
     * @throws LogException.TopicExists if there is one of that name
     */
    Topic createTopic(TopicName name, int partitions, TopicSettings settings);

    /**
     * Gives a topic more partitions, other settings, or both; when the call returns, that survives a crash. The settings
     * count for every append and for the retention that comes after. New partitions are empty; records with a key may go
     * to another partition from then on.
     *
     * @param partitions as many as the topic has, or more
     * @return the topic as it is now
     * @throws LogException.TopicNotFound if there is none of that name
     * @throws LogException.FewerPartitions if it has more
     */
    Topic alterTopic(TopicName name, int partitions, TopicSettings settings);

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

    /** Has {@code listener} called, on the changing thread, after a topic was created, got more partitions or was deleted. */
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
    default Append append(TopicPartition partition, List<DraftRecord> records) {
        return append(partition, records, AppendTerms.NONE);
    }

    /**
     * Appends records to a partition if the terms hold; see {@link #append(TopicPartition, List)}. Records that their producer
     * repeats are not stored again; the append then tells where they are.
     *
     * @throws LogException.UnexpectedOffset if the first of them would get another offset than the expected one
     * @throws LogException.StaleProducerEpoch if their producer has begun a later epoch
     * @throws LogException.OutOfOrderSequence if their producer's numbers have a gap, or it repeats what is not remembered
     * @throws LogException.Unsupported if the engine cannot keep such terms
     */
    Append append(TopicPartition partition, List<DraftRecord> records, AppendTerms terms);

    /**
     * Begins a try of a request to a topic that is to be stored once, however often it is tried: what of it was stored is in
     * the log itself, so it is known after a crash as well. Waits while another try of the same request is under way.
     *
     * @param id what the request is known by, among those of the topic
     * @param nowMillis milliseconds since the epoch
     * @throws LogException.RequestUnderWay if another try takes too long
     */
    RequestTry tryOnce(TopicName topic, RequestId id, long nowMillis);

    /**
     * Has a partition begin at an offset: the records below it are gone for readers when the call returns, also after a
     * crash. Where it begins there or later already, nothing changes. The space they took is given back some time after.
     *
     * @param beforeOffset the offset of the first record that stays, or {@link #HIGH_WATERMARK} for none of those that are
     *     readable now
     * @return where the partition begins now
     * @throws LogException.OffsetOutOfRange if the offset is negative or beyond the high watermark
     */
    long trim(TopicPartition partition, long beforeOffset);

    /**
     * Reads what is readable now, without waiting. Partitions are read in the order given until one of the limits is
     * reached; the first record found is returned whatever its size.
     *
     * @throws LogException.OffsetOutOfRange if a position is below its log's start or beyond its high watermark
     */
    Fetched fetch(FetchPlan plan);

    /**
     * Has {@code wake} called once, as soon as one of the positions has a readable record; also when one of their topics
     * is deleted or gets more partitions, and when the engine closes. If that is so already, it is called before this method returns. It runs on
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
