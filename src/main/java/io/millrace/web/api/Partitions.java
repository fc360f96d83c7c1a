package io.millrace.web.api;

import io.millrace.log.Topic;
import io.millrace.record.InvalidNameException;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.topic.Topics;
import io.millrace.web.JsonBody;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.web.WholeNumber;

/** The partitions that paths and bodies name. */
final class Partitions {

    private Partitions() {}

    /**
     * The partition of a path, which must be there.
     *
     * @throws io.millrace.log.LogException.TopicNotFound if the topic is not
     * @throws ProblemException {@code partition-not-found} if the topic has none of that name
     */
    static TopicPartition find(Topics topics, String topic, String partition) {
        Topic there = topics.require(new TopicName(topic));
        try {
            return there.partition(Math.toIntExact(WholeNumber.parse(partition)));
        } catch (NumberFormatException | ArithmeticException noNumber) {
            throw ProblemException.of(
                    ProblemType.PARTITION_NOT_FOUND,
                    "'%s' is not a partition: the %d partitions of topic '%s' are numbered from 0"
                            .formatted(partition, there.partitions(), there.name()));
        }
    }

    /** The partition that an object names in its {@code topic} and {@code partition}; whether it is there is not looked at. */
    static TopicPartition in(JsonBody entry, ProblemType code) {
        long partition = entry.requiredLong("partition");
        if (partition > Integer.MAX_VALUE) {
            throw entry.wrong("partition", "the number of a partition");
        }
        try {
            return new TopicPartition(new TopicName(entry.requiredText("topic")), (int) partition);
        } catch (InvalidNameException e) {
            throw ProblemException.of(code, String.valueOf(e.getMessage()));
        }
    }
}
