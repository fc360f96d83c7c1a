package io.millrace.log.segment;

import io.millrace.log.LogException;
import io.millrace.record.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Whether a partition can be changed, and why not. What once went wrong with its bytes can only be set right by a restart. */
final class Usability {

    private final TopicPartition id;
    private volatile @Nullable LogException end;

    Usability(TopicPartition id) {
        this.id = id;
    }

    boolean isUsable() {
        return end == null;
    }

    /** Whether that is because its topic was deleted. */
    boolean isTopicGone() {
        return end instanceof LogException.TopicNotFound;
    }

    /** @throws LogException if the partition cannot be changed any more */
    void check() {
        LogException why = end;
        if (why != null) {
            throw why;
        }
    }

    /** It cannot be changed any more, as nothing is known about its bytes; returns what to throw. */
    LogException fail(String what, LogException cause) {
        LogException failure = new LogException.StorageFailed(
                "%s; partition %d of topic '%s' takes no more messages until the server is restarted and has read it back: %s"
                        .formatted(what, id.partition(), id.topic(), cause.getMessage()),
                cause);
        if (end == null) {
            end = failure;
        }
        return failure;
    }

    /** It cannot be changed any more. */
    void end(LogException why) {
        end = why;
    }
}
