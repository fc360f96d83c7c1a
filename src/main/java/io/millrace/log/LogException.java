package io.millrace.log;

import io.millrace.record.ProducerStamp;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A refusal or failure of the log. The set is closed, so that a new kind needs an answer everywhere before it compiles. */
public abstract sealed class LogException extends RuntimeException {

    private final String detail;

    private LogException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.detail = message;
    }

    /** What was refused or failed, for whoever asked. */
    public String detail() {
        return detail;
    }

    /** There is no topic of that name. */
    public static final class TopicNotFound extends LogException {
        public TopicNotFound(TopicName topic) {
            super("There is no topic '%s'".formatted(topic), null);
        }
    }

    /** The topic has no partition of that number. */
    public static final class PartitionNotFound extends LogException {
        public PartitionNotFound(TopicName topic, int partition, int partitions) {
            super(
                    "Topic '%s' has no partition %d: its %d partitions are numbered from 0"
                            .formatted(topic, partition, partitions),
                    null);
        }
    }

    /** A topic of that name is there already. */
    public static final class TopicExists extends LogException {
        public TopicExists(TopicName topic) {
            super("Topic '%s' exists already".formatted(topic), null);
        }
    }

    /** A topic can get more partitions and never fewer: the messages of those that went would be lost. */
    public static final class FewerPartitions extends LogException {
        public FewerPartitions(Topic topic, int wanted) {
            super(
                    "Topic '%s' has %d partitions and cannot have fewer, so not %d; it can get more"
                            .formatted(topic.name(), topic.partitions(), wanted),
                    null);
        }
    }

    /** The offset lies outside the log. */
    public static final class OffsetOutOfRange extends LogException {
        private final TopicPartition partition;
        private final PartitionOffsets ends;

        public OffsetOutOfRange(TopicPartition partition, long offset, PartitionOffsets ends) {
            super(
                    "Offset %d is outside partition %d of topic '%s', which reaches from %d (log start offset) to %d (high watermark)"
                            .formatted(
                                    offset,
                                    partition.partition(),
                                    partition.topic(),
                                    ends.logStartOffset(),
                                    ends.highWatermark()),
                    null);
            this.partition = partition;
            this.ends = ends;
        }

        public TopicPartition partition() {
            return partition;
        }

        public PartitionOffsets ends() {
            return ends;
        }
    }

    /** A record is larger than its topic allows. */
    public static final class RecordTooLarge extends LogException {
        private final int index;

        /** @param index the place of the record among those appended, from 0 */
        public RecordTooLarge(int index, int size, int limit) {
            super(
                    "A message of %d bytes (key, value and headers) is larger than the topic's max.message.bytes, %d"
                            .formatted(size, limit),
                    null);
            this.index = index;
        }

        /** A record that something behind the engine refused. */
        public RecordTooLarge(int index, String detail) {
            super(detail, null);
            this.index = index;
        }

        public int index() {
            return index;
        }
    }

    /** A record has no key, and its topic is compacted, where a record without a key could not be kept. */
    public static final class RecordWithoutKey extends LogException {

        public RecordWithoutKey() {
            super(
                    "A message needs a key in a topic whose cleanup.policy is compact: of each key the newest message is kept",
                    null);
        }
    }

    /** The next record would not get the offset that was expected. */
    public static final class UnexpectedOffset extends LogException {
        private final long endOffset;

        public UnexpectedOffset(TopicPartition partition, long expected, long endOffset) {
            super(
                    "The next message of partition %d of topic '%s' gets offset %d, not the expected %d; nothing was stored"
                            .formatted(partition.partition(), partition.topic(), endOffset, expected),
                    null);
            this.endOffset = endOffset;
        }

        /** The offset that the next record gets. */
        public long endOffset() {
            return endOffset;
        }
    }

    /** A producer of that id has begun a later life. */
    public static final class StaleProducerEpoch extends LogException {
        private final short epoch;

        public StaleProducerEpoch(ProducerStamp stamp, short epoch) {
            super(
                    "Epoch %d of producer %d is over: epoch %d has begun, so a newer one of its kind is at work; nothing was stored"
                            .formatted(stamp.epoch(), stamp.producerId(), epoch),
                    null);
            this.epoch = epoch;
        }

        /** The epoch of the producer now. */
        public short epoch() {
            return epoch;
        }
    }

    /** The sequence number is not the one that comes next, and not one that is remembered. */
    public static final class OutOfOrderSequence extends LogException {
        private final int expected;

        public OutOfOrderSequence(ProducerStamp stamp, int expected, String why) {
            super(
                    "Sequence number %d of producer %d, epoch %d, is not the expected %d: %s; nothing was stored"
                            .formatted(stamp.sequence(), stamp.producerId(), stamp.epoch(), expected, why),
                    null);
            this.expected = expected;
        }

        /** The sequence number that comes next. */
        public int expected() {
            return expected;
        }
    }

    /** Another request was stored under the same id. */
    public static final class RequestReused extends LogException {
        public RequestReused() {
            super(
                    "This Idempotency-Key was used for another request to this topic; give each request a key of its own, and repeat a request exactly",
                    null);
        }
    }

    /** Another try of the same request is still under way. */
    public static final class RequestUnderWay extends LogException {
        public RequestUnderWay() {
            super("Another request with this Idempotency-Key is still under way; send it again a little later", null);
        }
    }

    /** There is no space left to write to; nothing was stored. */
    public static final class StorageFull extends LogException {
        public StorageFull(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The storage failed: the partition takes no more writes until the server has been restarted and has recovered it. */
    public static final class StorageFailed extends LogException {
        public StorageFailed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** What was read is not what was written. */
    public static final class Corrupt extends LogException {
        public Corrupt(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The engine cannot serve now, and may later. */
    public static final class Unavailable extends LogException {
        public Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Another server has, or will soon have, what this call is about. */
    public static final class ShardElsewhere extends LogException {
        public ShardElsewhere() {
            super("Another server is in charge of this now, or this one is still taking it over; ask again", null);
        }
    }

    /** What is behind the engine does not allow this server to do that. */
    public static final class Forbidden extends LogException {
        public Forbidden(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** What is behind the engine has rules of its own, and this breaks one. */
    public static final class Refused extends LogException {
        public Refused(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** This engine cannot keep what the call promises. */
    public static final class Unsupported extends LogException {
        public Unsupported(String message) {
            super(message, null);
        }
    }
}
