package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.log.Shards;
import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import io.millrace.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The internal topic that remembers the groups, each in the shard of its name. All events of one decision are one append. */
final class GroupJournal {

    /** What the journal is for, as shards call it. */
    static final String PURPOSE = "groups";

    private static final TopicSettings SETTINGS = TopicSettings.DEFAULTS.with(Map.of(
            "cleanup.policy",
            "compact",
            "durability",
            "fsync",
            // What is compacted is what is sealed, so this is about what each shard takes at least.
            "segment.bytes",
            Integer.toString(4 * 1024 * 1024),
            // Longer than a server needs to read a shard from its beginning.
            "delete.retention.ms",
            Long.toString(Duration.ofHours(1).toMillis()),
            // An assignment of many thousands of partitions is one record.
            "max.message.bytes",
            Integer.toString(16 * 1024 * 1024)));

    /** Who keeps the groups. */
    interface Keeper {

        /**
         * This server has the shard's groups from now on.
         *
         * @param replay gives every event of the shard, those of one group in their order
         */
        void acquired(int shard, Consumer<Consumer<GroupEventCodec.Entry>> replay);

        /** This server has them no more. */
        void lost(int shard);
    }

    private final Shards shards;
    private final Time time;
    private final GroupEventCodec codec = new GroupEventCodec();

    GroupJournal(Shards shards, Time time) {
        this.shards = shards;
        this.time = time;
    }

    /** Begins to take groups, into a topic that gets so many partitions if it is not there. */
    void start(int partitions, Keeper keeper) {
        shards.start(PURPOSE, partitions, SETTINGS, new Shards.Keeper() {
            @Override
            public void acquired(int shard, Consumer<Consumer<StoredRecord>> replay) {
                keeper.acquired(shard, sink -> replay.accept(record -> decode(record, sink)));
            }

            @Override
            public void lost(int shard) {
                keeper.lost(shard);
            }
        });
    }

    private void decode(StoredRecord record, Consumer<GroupEventCodec.Entry> sink) {
        GroupEventCodec.Entry entry = codec.decode(record);
        if (entry != null) {
            sink.accept(entry);
        }
    }

    /** The shard that remembers the group. */
    int shard(GroupName group) {
        return shards.of(group.value());
    }

    /** @throws io.millrace.log.LogException.ShardElsewhere if this server does not have the group */
    void check(GroupName group) {
        shards.check(shard(group));
    }

    /** Writes the events of one decision; they are durable when the append is. */
    LogEngine.Append append(GroupName group, List<GroupEvent> events) {
        long now = time.millis();
        List<DraftRecord> records =
                events.stream().map(event -> codec.encode(group, event, now)).toList();
        return shards.append(shard(group), records);
    }
}
