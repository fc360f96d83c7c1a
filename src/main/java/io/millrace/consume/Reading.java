package io.millrace.consume;

import io.millrace.log.FetchMemory;
import io.millrace.log.FetchPlan;
import io.millrace.log.Fetched;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.LogEngine;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.log.Topic;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reading on in some partitions, page by page, of all records or of those with one key. A page begins with another partition
 * than the one before, so that a busy one does not hide the others. Used by one thread at a time.
 */
public final class Reading implements LongPoll.Source<Reading.Page> {

    /** So much is looked through for records of one key before an answer without any is given. */
    private static final long SEARCH_BYTES = 16 * 1024 * 1024;

    /**
     * What was found.
     *
     * @param next where the reading goes on in each partition
     */
    public record Page(List<FetchedPartition> partitions, List<Position> next) {

        /** Whether nothing was found. */
        public boolean isEmpty() {
            return partitions.stream().allMatch(partition -> partition.records().isEmpty());
        }
    }

    private final LogEngine log;
    private final int maxRecords;
    private final long maxBytes;
    private final @Nullable ByteBuffer key;
    private final @Nullable TopicName topic;
    private volatile FetchMemory memory = FetchMemory.PLENTY;
    private volatile List<Position> positions;
    private int turn;

    /**
     * Begins where the positions say.
     *
     * @param maxRecords the most records of a page, at least 1
     * @param maxBytes the most bytes of their keys, values and headers; one record is returned whatever its size
     * @param key what the records must have as their key; null for all records
     * @param topic the topic of which all partitions are read, also those that it gets meanwhile; null if only the positions
     *     are
     */
    public Reading(
            LogEngine log,
            List<Position> positions,
            int maxRecords,
            long maxBytes,
            @Nullable ByteBuffer key,
            @Nullable TopicName topic) {
        this.topic = topic;
        this.log = log;
        this.positions = List.copyOf(positions);
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
        this.key = key;
    }

    /** Has it take the memory for its pages there; before the first of them. Each page takes the memory of the one before. */
    public void takeFrom(FetchMemory memory) {
        this.memory = memory;
    }

    @Override
    public List<Position> positions() {
        return positions;
    }

    /** The next page; null if it would be empty and one may wait. */
    @Override
    public @Nullable Page attempt(boolean last) {
        Page page = next();
        return page.isEmpty() && !last ? null : page;
    }

    /** The next page; empty where nothing more is to be found now. */
    public Page next() {
        takeNewPartitions();
        if (positions.isEmpty()) {
            return new Page(List.of(), List.of());
        }
        long left = SEARCH_BYTES;
        while (true) {
            List<Position> from = new ArrayList<>(positions);
            Collections.rotate(from, -(turn++ % from.size()));
            memory.giveBack();
            Fetched fetched = log.fetch(
                    new FetchPlan(from, maxRecords, key == null ? maxBytes : Math.max(maxBytes, 1 << 20), memory));
            positions = fetched.behind(positions);
            Page page = new Page(key == null ? fetched.partitions() : withKey(fetched), positions);
            left -= size(fetched);
            if (key == null || !page.isEmpty() || fetched.isEmpty() || left <= 0) {
                return page;
            }
        }
    }

    /** Whether the topic has got partitions that are not read yet. */
    public boolean isOutgrown() {
        return topic != null && partitionsOf(topic) > positions.size();
    }

    private int partitionsOf(TopicName name) {
        return log.topic(name).map(Topic::partitions).orElse(0);
    }

    private void takeNewPartitions() {
        if (topic == null || !isOutgrown()) {
            return;
        }
        List<TopicPartition> added = IntStream.range(positions.size(), partitionsOf(topic))
                .mapToObj(p -> new TopicPartition(topic, p))
                .toList();
        Map<TopicPartition, PartitionOffsets> ends = log.offsets(added);
        List<Position> all = new ArrayList<>(positions);
        for (TopicPartition partition : added) {
            PartitionOffsets known = ends.get(partition);
            if (known == null) {
                // Not everywhere yet; the next page takes it.
                break;
            }
            all.add(new Position(partition, known.logStartOffset()));
        }
        positions = List.copyOf(all);
    }

    private List<FetchedPartition> withKey(Fetched fetched) {
        return fetched.partitions().stream()
                .map(found -> new FetchedPartition(
                        found.partition(),
                        found.records().stream().filter(this::hasKey).toList(),
                        found.nextOffset(),
                        found.ends()))
                .toList();
    }

    private boolean hasKey(StoredRecord record) {
        return record.key() != null && record.key().equals(key);
    }

    private static long size(Fetched fetched) {
        return fetched.partitions().stream()
                .flatMap(found -> found.records().stream())
                .mapToLong(StoredRecord::sizeInBytes)
                .sum();
    }
}
