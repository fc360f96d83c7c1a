package io.millrace.log.kafka;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.log.AlterationContract;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.record.TopicName;
import io.millrace.time.Time;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The engine over a real broker does all that an engine must. */
class KafkaLogEngineTests extends AlterationContract {

    @Override
    protected LogEngine newEngine() {
        KafkaLogEngine engine = open();
        engine.topics().forEach(topic -> delete(engine, topic.name()));
        return engine;
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
