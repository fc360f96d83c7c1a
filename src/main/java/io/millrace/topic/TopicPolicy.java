package io.millrace.topic;

import io.millrace.log.TopicSettings;

/**
 * What the server is set to about topics.
 *
 * @param autoCreate whether producing or subscribing to a topic that is not there makes it
 * @param defaultPartitions how many partitions a topic gets for which no number is given
 * @param defaults the settings of a topic where none are given
 * @param maxMessageBytes the most that a topic's {@code max.message.bytes} may be
 * @param maxTopics the most topics of the server
 * @param maxPartitions the most partitions of all topics together
 * @param maxPartitionsPerTopic the most partitions of one topic
 */
public record TopicPolicy(
        boolean autoCreate,
        int defaultPartitions,
        TopicSettings defaults,
        int maxMessageBytes,
        int maxTopics,
        int maxPartitions,
        int maxPartitionsPerTopic) {}
