package io.millrace.log.kafka;

import io.millrace.log.LogException;
import io.millrace.log.RequestSettings;
import io.millrace.log.RequestTry;
import io.millrace.log.RequestTurns;
import io.millrace.log.Shards;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.RequestId;
import io.millrace.record.TopicName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are stored only once. Each belongs to a shard, and is stored by the server that has the shard: its messages and
 * what is to be remembered of them with one transaction, whose producer fences that of the server that had the shard before.
 */
final class KafkaRequests {

    private final KafkaLogEngine engine;
    private final Shards shards;
    private final String node;
    private final TopicName name;
    private final RequestSettings settings;
    private final Executor executor;
    private final RequestTurns<Map.Entry<TopicName, RequestId>> turns;
    private final Map<Integer, KafkaRequestShard> taken = new ConcurrentHashMap<>();

    /**
     * @param node the name that all servers of the cluster share
     * @param name the topic that remembers requests
     */
    KafkaRequests(
            KafkaLogEngine engine,
            Shards shards,
            String node,
            TopicName name,
            RequestSettings settings,
            Executor executor) {
        this.engine = engine;
        this.shards = shards;
        this.node = node;
        this.name = name;
        this.settings = settings;
        this.executor = executor;
        this.turns = new RequestTurns<>(settings);
    }

    RequestTry tryOnce(TopicName topic, RequestId id, long nowMillis) {
        int shard = shards.of(topic, id);
        shards.check(shard);
        Runnable end = turns.take(Map.entry(topic, id));
        try {
            return new KafkaRequestTry(engine, shard(shard), topic, id, nowMillis, end);
        } catch (RuntimeException failure) {
            end.run();
            throw failure;
        }
    }

    /** Taken when it is first needed: few clients ask for this. */
    private KafkaRequestShard shard(int number) {
        KafkaRequestShard shard =
                taken.compute(number, (_, there) -> there != null && there.isOpen() ? there : take(number, there));
        if (shard == null) {
            throw new LogException.ShardElsewhere();
        }
        return shard;
    }

    private KafkaRequestShard take(int number, @Nullable KafkaRequestShard before) {
        if (before != null) {
            before.close();
        }
        Topic topic = engine.topic(name).orElseGet(this::make);
        KafkaRequestShard shard = new KafkaRequestShard(
                engine,
                node + "-requests-" + number,
                topic.partition(Math.floorMod(number, topic.partitions())),
                settings,
                executor);
        try {
            // Whoever was here before this server can write no more; whoever comes after it, neither can this one.
            shards.check(number);
        } catch (LogException lost) {
            shard.close();
            throw lost;
        }
        return shard;
    }

    private Topic make() {
        TopicSettings kept = TopicSettings.DEFAULTS.with(Map.of(
                "durability",
                "written",
                "retention.ms",
                Long.toString(settings.window().toMillis())));
        try {
            return engine.createTopic(name, shards.count(), kept);
        } catch (LogException.TopicExists madeMeanwhile) {
            return engine.topic(name).orElseThrow(() -> madeMeanwhile);
        }
    }

    /** Another server has the shard, or may have it. */
    void lost(int number) {
        KafkaRequestShard shard = taken.remove(number);
        if (shard != null) {
            shard.close();
        }
    }
}
