package io.millrace.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.OnceContract;
import io.millrace.log.RequestSettings;
import io.millrace.log.RequestTry;
import io.millrace.log.Shards;
import io.millrace.log.TopicSettings;
import io.millrace.record.RequestId;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The engine over a real broker does all that an engine must. */
class KafkaLogEngineTests extends OnceContract {

    private @Nullable KafkaShards shards;

    @Override
    protected LogEngine newEngine() {
        KafkaLogEngine engine = open();
        engine.topics().forEach(topic -> delete(engine, topic.name()));
        return engine;
    }

    /** Remembers nothing of shards. */
    private static final class Forgetful implements Shards.Keeper {
        @Override
        public void acquired(int shard, Consumer<Consumer<StoredRecord>> replay) {}

        @Override
        public void lost(int shard) {}
    }

    @Override
    protected synchronized RequestTry tryOnce(RequestId id, long nowMillis) {
        if (shards == null) {
            shards = newShards();
            shards.start("groups", 2, TopicSettings.DEFAULTS, new Forgetful());
        }
        while (true) {
            try {
                return engine.tryOnce(ORDERS, id, nowMillis);
            } catch (LogException.ShardElsewhere | LogException.Unavailable notTakenYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    private KafkaShards newShards() {
        return new KafkaShards(
                (KafkaLogEngine) engine,
                new KafkaNodeSettings("contract", "http://127.0.0.1:1", Duration.ofSeconds(6)),
                RequestSettings.DEFAULTS,
                Time.system(),
                command -> Thread.ofVirtual().start(command));
    }

    @Test
    void shardsAreReadyWhenEachCanBeServed() {
        shards = newShards();
        assertThat(shards.isReady()).isFalse();
        shards.start("groups", 2, TopicSettings.DEFAULTS, new Forgetful());
        while (!shards.isReady()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        shards.check(0);
        shards.check(1);
    }

    @Test
    void offsetsOfATopicThatIsGoneHoldUpNoOthers() {
        engine.createTopic(ORDERS, 1, TopicSettings.DEFAULTS);
        TopicPartition kept = new TopicPartition(ORDERS, 0);
        TopicPartition gone = new TopicPartition(new TopicName("gone"), 0);
        String group = "offsets-" + System.nanoTime();
        try (KafkaOutsideOffsets outside = new KafkaOutsideOffsets((KafkaLogEngine) engine)) {
            outside.publish(group, Map.of(kept, 7L, gone, 7L));
            assertThat(outside.of(group).committed()).isEqualTo(Map.of(kept, 7L));
        }
    }

    @AfterEach
    void closeShards() {
        if (shards != null) {
            shards.close();
        }
    }

    private static void delete(KafkaLogEngine engine, TopicName topic) {
        try {
            engine.deleteTopic(topic);
        } catch (LogException.TopicNotFound deletedBefore) {
            // The broker has not heard yet that the test before has deleted it.
        }
    }

    private static KafkaLogEngine open() {
        KafkaLogEngine engine = new KafkaLogEngine(
                new KafkaSettings(
                        KafkaCluster.shared().bootstrapServers(),
                        Map.of(),
                        (short) -1,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(10),
                        2,
                        1024 * 1024),
                new SimpleMeterRegistry(),
                Time.system());
        while (!engine.isReady()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return engine;
    }
}
