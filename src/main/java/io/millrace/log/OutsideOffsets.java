package io.millrace.log;

import io.millrace.record.TopicPartition;
import java.util.Collection;
import java.util.Map;

/** The committed offsets of consumer groups as clients that do not come through Millrace see and change them. */
public interface OutsideOffsets {

    /**
     * What others have done to a group.
     *
     * @param active whether members that do not come through Millrace read in it now
     * @param committed its offsets, where they can be told
     */
    record Outside(boolean active, Map<TopicPartition, Long> committed) {}

    /** How a group is outside, once all that was published for it has got there. */
    Outside of(String group);

    /** Has others see these offsets soon; those published later win. */
    void publish(String group, Map<TopicPartition, Long> offsets);

    /**
     * Has others forget what the group has committed; when the call returns, they have.
     *
     * @param partitions in which; empty for all, and the group itself
     */
    void forget(String group, Collection<TopicPartition> partitions);

    /** There is no outside. */
    OutsideOffsets NONE = new OutsideOffsets() {
        @Override
        public Outside of(String group) {
            return new Outside(false, Map.of());
        }

        @Override
        public void publish(String group, Map<TopicPartition, Long> offsets) {}

        @Override
        public void forget(String group, Collection<TopicPartition> partitions) {}
    };
}
