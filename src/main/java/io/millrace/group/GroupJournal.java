package io.millrace.group;

import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.LogEngine;
import io.millrace.log.Position;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The internal topic that remembers the groups. All events of one decision are one append to one partition, and so one
 * batch, which a crash keeps whole or not at all.
 */
final class GroupJournal {

    static final TopicName TOPIC = new TopicName(TopicName.RESERVED_PREFIX + "millrace_groups");

    private static final TopicSettings SETTINGS = TopicSettings.DEFAULTS.with(Map.of(
            "cleanup.policy",
            "compact",
            "durability",
            "fsync",
            // Kafka's default for its topic of this kind is 100 MiB; what is compacted is what is sealed.
            "segment.bytes",
            Integer.toString(16 * 1024 * 1024),
            // An assignment of many thousands of partitions is one record.
            "max.message.bytes",
            Integer.toString(16 * 1024 * 1024)));

    private static final int READ_BYTES = 1024 * 1024;

    private final LogEngine log;
    private final Time time;
    private final GroupEventCodec codec = new GroupEventCodec();
    private final Topic topic;

    /** Opens the journal, and creates its topic if it is not there. */
    GroupJournal(LogEngine log, Time time, int partitions) {
        this.log = log;
        this.time = time;
        this.topic = log.topic(TOPIC).orElseGet(() -> log.createTopic(TOPIC, partitions, SETTINGS));
    }

    /** Writes the events of one decision; they are durable when the append is. */
    LogEngine.Append append(GroupName group, List<GroupEvent> events) {
        long now = time.millis();
        List<DraftRecord> records =
                events.stream().map(event -> codec.encode(group, event, now)).toList();
        return log.append(partition(group), records);
    }

    private TopicPartition partition(GroupName group) {
        return topic.partition(Math.floorMod(group.value().hashCode(), topic.partitions()));
    }

    /** Reads all events back, those of one group in their order. */
    void replay(Consumer<GroupEventCodec.Entry> sink) {
        for (int p = 0; p < topic.partitions(); p++) {
            TopicPartition partition = topic.partition(p);
            long next = log.offsets(partition).logStartOffset();
            long end = log.offsets(partition).highWatermark();
            while (next < end) {
                FetchedPartition fetched = log.fetch(
                                new FetchPlan(List.of(new Position(partition, next)), Integer.MAX_VALUE, READ_BYTES))
                        .partitions()
                        .getFirst();
                fetched.records().forEach(record -> {
                    GroupEventCodec.Entry entry = codec.decode(record);
                    if (entry != null) {
                        sink.accept(entry);
                    }
                });
                next = fetched.nextOffset();
            }
        }
    }
}
