package io.millrace.group;

import io.millrace.log.TopicSettings;
import io.millrace.record.DraftRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What a group of a random history lives in: a server that may stop, and topics that come, grow and go. */
final class HistoryWorld {

    static final List<TopicName> TOPICS = List.of(GroupFixture.ORDERS, new TopicName("payments"));
    private static final int MAX_PARTITIONS = 4;
    private static final TopicSettings SAFE = TopicSettings.DEFAULTS.with(Map.of("durability", "fsync"));

    final GroupFixture f = new GroupFixture();
    private final Random random;
    /** How many topics of a name there were, so that the messages of one are told from those of the next. */
    private final Map<TopicName, Integer> incarnations = new HashMap<>();

    HistoryWorld(Random random) {
        this.random = random;
    }

    /** Ends the server without a warning, and starts it again; what was not forced may be lost. */
    void restart() {
        if (random.nextBoolean()) {
            f.time.close();
            f.disk.cutPower(random);
            f.start();
        } else {
            f.killAndStart();
        }
    }

    void create(TopicName topic) {
        incarnations.merge(topic, 1, Integer::sum);
        f.log.createTopic(topic, 1 + random.nextInt(3), SAFE);
    }

    /** A topic comes, grows or goes. Answers whether it has gone. */
    boolean change(TopicName topic) {
        int partitions = f.log.topic(topic).map(t -> t.partitions()).orElse(0);
        if (partitions == 0) {
            create(topic);
        } else if (partitions < MAX_PARTITIONS && random.nextInt(3) > 0) {
            f.log.alterTopic(topic, partitions + 1, SAFE);
        } else {
            f.log.deleteTopic(topic);
            return true;
        }
        return false;
    }

    List<TopicName> topics() {
        return TOPICS.stream().filter(topic -> f.log.topic(topic).isPresent()).toList();
    }

    List<TopicPartition> partitions() {
        List<TopicPartition> all = new ArrayList<>();
        TOPICS.forEach(topic -> f.log.topic(topic).ifPresent(t -> {
            for (int p = 0; p < t.partitions(); p++) {
                all.add(t.partition(p));
            }
        }));
        return all;
    }

    void produce(TopicPartition partition, int count) {
        List<DraftRecord> drafts = new ArrayList<>();
        long offset = end(partition);
        for (int i = 0; i < count; i++) {
            ByteBuffer value = ByteBuffer.wrap(value(partition, offset + i).getBytes(StandardCharsets.UTF_8));
            drafts.add(new DraftRecord(f.time.millis(), null, value, List.of()));
        }
        f.log.append(partition, drafts).await();
    }

    /** The value of the message at a place. */
    String value(TopicPartition partition, long offset) {
        return "%d/%s@%d".formatted(incarnations.get(partition.topic()), partition, offset);
    }

    long end(TopicPartition partition) {
        return f.log.offsets(partition).highWatermark();
    }
}
