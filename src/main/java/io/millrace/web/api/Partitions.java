package io.millrace.web.api;

import io.millrace.log.Topic;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.topic.Topics;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.web.WholeNumber;

/** The partitions that paths name. */
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
}
