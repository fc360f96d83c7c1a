package io.millrace.consume;

import io.millrace.log.Position;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A place in a topic: where each partition is to be read on. It is the client's own; the server remembers nothing of it.
 */
public final class TopicCursor {

    private static final int VERSION = 2;

    private final TopicName topic;
    private final Map<Integer, Long> offsets = new TreeMap<>();

    private TopicCursor(TopicName topic) {
        this.topic = topic;
    }

    /** The place that these positions make, all of one topic. */
    public static TopicCursor of(TopicName topic, List<Position> positions) {
        TopicCursor cursor = new TopicCursor(topic);
        positions.forEach(position -> cursor.offsets.put(position.partition().partition(), position.offset()));
        return cursor;
    }

    /**
     * The place that a client has carried.
     *
     * @throws IllegalArgumentException if the text is no cursor
     */
    public static TopicCursor parse(TopicName topic, String text) {
        return PlaceText.read(text, in -> {
            if (in.readByte() != VERSION) {
                throw new IllegalArgumentException("another version");
            }
            TopicCursor cursor = new TopicCursor(topic);
            while (in.available() > 0) {
                cursor.offsets.put(Math.toIntExact(PlaceText.number(in)), PlaceText.number(in));
            }
            return cursor;
        });
    }

    /** Goes on in a partition. */
    public void moveTo(int partition, long offset) {
        offsets.put(partition, offset);
    }

    /** Where the partition is read on; the beginning of one that is new since. */
    public long offset(int partition) {
        return offsets.getOrDefault(partition, 0L);
    }

    /** The positions, by partition. */
    public List<Position> positions() {
        List<Position> positions = new ArrayList<>(offsets.size());
        offsets.forEach(
                (partition, offset) -> positions.add(new Position(new TopicPartition(topic, partition), offset)));
        return positions;
    }

    /** The text that a client gets. */
    public String text() {
        return PlaceText.of(out -> {
            out.writeByte(VERSION);
            for (Map.Entry<Integer, Long> entry : offsets.entrySet()) {
                PlaceText.putNumber(out, entry.getKey());
                PlaceText.putNumber(out, entry.getValue());
            }
        });
    }
}
