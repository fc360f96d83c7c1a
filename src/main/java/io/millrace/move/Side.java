package io.millrace.move;

import io.millrace.group.GroupOffsets;
import io.millrace.log.LogEngine;
import io.millrace.log.TopicSettings;
import io.millrace.record.TopicPartition;
import java.util.Map;

/** One of the two places that messages are moved between. */
interface Side extends AutoCloseable {

    /** What it is called where it is spoken of. */
    String name();

    LogEngine log();

    /** The settings next to these that a topic can have here. */
    TopicSettings fit(TopicSettings settings);

    /** What counts against a topic's {@code max.message.bytes} besides a message's key, value and headers. */
    int overheadBytes();

    /** The consumer groups and how far they are. */
    Map<String, GroupOffsets.Standing> groups();

    /** Whether a group may be called that here. */
    boolean canName(String group);

    /** Sets committed offsets of groups that have no members; they survive a crash. */
    void commit(Map<String, Map<TopicPartition, Long>> offsets);

    /** Makes what was appended so durable that it is not to be looked through after a crash. */
    void settle();

    @Override
    void close();
}
