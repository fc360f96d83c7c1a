package io.millrace.config;

import com.sun.management.UnixOperatingSystemMXBean;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What clients may ask of the server, {@code millrace.limits.*}. An answer that refuses a request because of one of them
 * names the setting.
 *
 * @param maxMessageBytes the most bytes of key, value and headers of one message together
 * @param maxRequestBytes the most bytes of one request body that is held in memory; NDJSON is streamed and may be longer
 * @param maxMessagesPerRequest the most messages of one batch
 * @param maxHeadersPerMessage the most headers of one message; repeated ones count each
 * @param maxTopics the most topics of the server
 * @param maxPartitions the most partitions of all topics together
 * @param maxPartitionsPerTopic the most partitions of one topic
 * @param maxGroups the most consumer groups of the server
 * @param maxMembersPerGroup the most consumers of one group
 * @param maxWaitingPolls the most requests that may wait for messages at the same time; unset, 20000 or, where that is less,
 *     as many as the heap and half of the open files allow
 * @param maxCompressedStreams the most streams that are compressed at the same time; others are sent as they are
 * @param maxPollMessages the most messages of one answer
 * @param maxInFlight the most messages that a stream of a group member may send before they are committed
 * @param maxPollBytes the most bytes of messages in one answer; a single larger message is answered all the same
 * @param maxPollWait the longest that a request may wait for messages
 * @param maxBytesInFlight the most bytes of request bodies and answers held in memory at the same time; unset, a quarter
 *     of the heap
 * @param minFreeBytes the bytes of the data directory's disk that producers leave free; 0 for none
 */
public record Limits(
        @DefaultValue("1MB") @SizeRange DataSize maxMessageBytes,
        @DefaultValue("64MB") @SizeRange DataSize maxRequestBytes,
        @DefaultValue("10000") @Min(1) int maxMessagesPerRequest,
        @DefaultValue("100") @Min(0) int maxHeadersPerMessage,
        @DefaultValue("10000") @Min(1) int maxTopics,
        @DefaultValue("20000") @Min(1) int maxPartitions,
        @DefaultValue("1000") @Min(1) @Max(100_000) int maxPartitionsPerTopic,
        @DefaultValue("10000") @Min(1) int maxGroups,
        @DefaultValue("1000") @Min(1) int maxMembersPerGroup,
        @Min(0) @Nullable Integer maxWaitingPolls,
        @DefaultValue("1000") @Min(0) int maxCompressedStreams,
        @DefaultValue("100000") @Min(1) int maxPollMessages,
        @DefaultValue("10000") @Min(1) int maxInFlight,
        @DefaultValue("32MB") @SizeRange DataSize maxPollBytes,

        @DefaultValue("60s") @DurationMin @DurationMax(hours = 1)
        Duration maxPollWait,

        @SizeRange(max = "1TB") @Nullable DataSize maxBytesInFlight,

        @DefaultValue("512MB") @SizeRange(min = "0B", max = "1048576TB")
        DataSize minFreeBytes) {

    private static final int MOST_WAITING_POLLS = 20_000;

    /** What a connection takes of the heap whose request waits, most of it Tomcat's buffers. */
    private static final int WAITING_POLL_BYTES = 92 * 1024;

    /** What the server takes of the heap while nobody asks for anything, and some more. */
    private static final int IDLE_BYTES = 64 * 1024 * 1024;

    /** The most requests that may wait at the same time: as set, or as many as the process can bear. */
    public int waitingPolls() {
        if (maxWaitingPolls != null) {
            return maxWaitingPolls;
        }
        long inMemory = Math.max(IDLE_BYTES, Runtime.getRuntime().maxMemory() - IDLE_BYTES) / 2 / WAITING_POLL_BYTES;
        long openFiles = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount() / 2
                : MOST_WAITING_POLLS;
        return (int) Math.min(MOST_WAITING_POLLS, Math.min(inMemory, openFiles));
    }

    /** The most bytes of request bodies and answers held in memory at the same time: as set, or a quarter of the heap. */
    public long bytesInFlight() {
        return maxBytesInFlight != null
                ? maxBytesInFlight.toBytes()
                : Runtime.getRuntime().maxMemory() / 4;
    }
}
