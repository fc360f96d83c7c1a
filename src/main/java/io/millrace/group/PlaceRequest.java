package io.millrace.group;

import io.millrace.record.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Where partitions are to be read on.
 *
 * @param topic null for all that the group has committed
 * @param partition null for all of the topic
 */
public record PlaceRequest(
        @Nullable TopicName topic, @Nullable Integer partition, Place place) {}
