package io.millrace.log;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The shards of a server that is alone: a topic of its log, all of it. */
public final class LocalShards implements Shards {

    private static final int READ_BYTES = 1024 * 1024;

    private final LogEngine log;
    private volatile @Nullable Topic topic;

    public LocalShards(LogEngine log) {
        this.log = log;
    }

    /** The topic that remembers what is for that purpose. */
    public static TopicName topicOf(String purpose) {
        return new TopicName(TopicName.RESERVED_PREFIX + "millrace_" + purpose);
    }

    @Override
    public void start(String purpose, int partitions, TopicSettings settings, Keeper keeper) {
        TopicName name = topicOf(purpose);
        Topic there = log.topic(name).orElseGet(() -> log.createTopic(name, partitions, settings));
        // Another version of the server may have made it.
        topic = there.settings().equals(settings) ? there : log.alterTopic(name, there.partitions(), settings);
        for (int shard = 0; shard < count(); shard++) {
            int partition = shard;
            keeper.acquired(shard, sink -> replay(partition, sink));
        }
    }

    private void replay(int partition, Consumer<StoredRecord> sink) {
        PartitionOffsets ends = log.offsets(topic().partition(partition));
        long next = ends.logStartOffset();
        while (next < ends.highWatermark()) {
            Position from = new Position(topic().partition(partition), next);
            FetchedPartition fetched = log.fetch(new FetchPlan(List.of(from), Integer.MAX_VALUE, READ_BYTES))
                    .partitions()
                    .getFirst();
            fetched.records().forEach(sink);
            next = fetched.nextOffset();
        }
    }

    private Topic topic() {
        Topic known = topic;
        if (known == null) {
            throw new LogException.Unavailable("The server is starting", null);
        }
        return known;
    }

    @Override
    public boolean isReady() {
        return topic != null;
    }

    @Override
    public int count() {
        return topic().partitions();
    }

    @Override
    public void check(int shard) {}

    @Override
    public LogEngine.Append append(int shard, List<DraftRecord> records) {
        return log.append(topic().partition(shard), records);
    }

    @Override
    public Optional<String> holder(int shard) {
        return Optional.empty();
    }

    @Override
    public Set<String> others() {
        return Set.of();
    }

    @Override
    public void close() {}
}
