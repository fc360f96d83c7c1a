package io.millrace.log;

import io.millrace.log.LogEngine.Append;
import io.millrace.record.DraftRecord;
import io.millrace.record.RequestId;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A topic of Millrace's own whose partitions, the shards, are shared out among the servers: each is written by one server at
 * a time, which knows all that was ever written to it. With one server, that one has them all.
 */
public interface Shards extends AutoCloseable {

    /** Who keeps what the shards remember. */
    interface Keeper {

        /**
         * This server has the shard from now on. It may append to it; others are told to come here when the call returns.
         *
         * @param replay gives every record of the shard to a consumer, in order
         */
        void acquired(int shard, Consumer<Consumer<StoredRecord>> replay);

        /** This server has the shard no more, and what it remembers of it may be out of date. */
        void lost(int shard);
    }

    /**
     * Begins to take shards.
     *
     * @param purpose what they are for, a part of the topic's name
     * @param partitions how many the topic gets if it is not there
     */
    void start(String purpose, int partitions, TopicSettings settings, Keeper keeper);

    /** Whether each shard is known to be with this server or another, so that what is kept there can be served. */
    boolean isReady();

    /**
     * How many there are.
     *
     * @throws LogException.Unavailable if that is not known yet
     */
    int count();

    /** The shard that something of that name belongs to. */
    default int of(String name) {
        return Math.floorMod(name.hashCode(), count());
    }

    /** The shard that a request to a topic belongs to which is stored only once. */
    default int of(TopicName topic, RequestId id) {
        return Math.floorMod(31 * topic.value().hashCode() + (int) id.low(), count());
    }

    /**
     * Makes sure that this server has the shard, and has not been cut off from the others since.
     *
     * @throws LogException.ShardElsewhere if it has not
     */
    void check(int shard);

    /**
     * Appends records to a shard; all of them or none. Appends of one shard become durable in their order, and when one
     * fails, so do those after it, and the shard is lost.
     *
     * @throws LogException.ShardElsewhere if this server has not got the shard
     */
    Append append(int shard, List<DraftRecord> records);

    /** The address of the other server that has the shard, as far as this one knows. */
    Optional<String> holder(int shard);

    /** The addresses of all other servers that have shards, as far as this one knows. */
    Set<String> others();

    /** Gives all shards away. */
    @Override
    void close();
}
