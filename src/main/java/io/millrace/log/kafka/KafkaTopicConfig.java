package io.millrace.log.kafka;

import io.millrace.log.Durability;
import io.millrace.log.TopicSetting;
import io.millrace.log.TopicSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The settings of topics as Kafka has them. All are Kafka's own but {@code durability}: {@code written} is what an
 * acknowledgement of all in-sync replicas means, {@code fsync} has each of them force every write to its disk before
 * ({@code flush.messages=1}). A topic's {@code compression.type} is the broker's to apply: what is sent is not compressed, as
 * one producer writes to all topics, unless the cluster's {@code properties} have it do so.
 */
final class KafkaTopicConfig {

    private KafkaTopicConfig() {}

    /** What a topic with these settings is created with. */
    static Map<String, String> toKafka(TopicSettings settings) {
        Map<String, String> config = new HashMap<>(settings.toMap());
        config.remove(TopicSetting.DURABILITY.key());
        if (settings.durability() == Durability.FSYNC) {
            config.put(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "1");
        }
        // A producer may give any timestamp; Kafka's default refuses those of tomorrow.
        config.put(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE));
        return config;
    }

    /** What is to be altered so that a topic that has the one settings has the others. */
    static List<AlterConfigOp> changes(TopicSettings from, TopicSettings to) {
        Map<String, String> before = toKafka(from);
        Map<String, String> after = toKafka(to);
        List<AlterConfigOp> changes = new ArrayList<>();
        after.forEach((key, value) -> {
            if (!value.equals(before.remove(key))) {
                changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
            }
        });
        before.keySet()
                .forEach(
                        key -> changes.add(new AlterConfigOp(new ConfigEntry(key, null), AlterConfigOp.OpType.DELETE)));
        return changes;
    }

    /** The settings of a topic that Kafka has, whoever made it. */
    static TopicSettings fromKafka(Config config) {
        return new TopicSettings(
                number(config, TopicSetting.RETENTION_MS),
                number(config, TopicSetting.RETENTION_BYTES),
                text(config, TopicSetting.CLEANUP_POLICY),
                (int) number(config, TopicSetting.SEGMENT_BYTES),
                number(config, TopicSetting.SEGMENT_MS),
                (int) number(config, TopicSetting.MAX_MESSAGE_BYTES),
                text(config, TopicSetting.COMPRESSION_TYPE),
                "1".equals(value(config, TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG))
                        ? Durability.FSYNC
                        : Durability.WRITTEN,
                new TopicSettings.Compaction(
                        Double.parseDouble(text(config, TopicSetting.MIN_CLEANABLE_DIRTY_RATIO)),
                        number(config, TopicSetting.DELETE_RETENTION_MS),
                        number(config, TopicSetting.MIN_COMPACTION_LAG_MS),
                        number(config, TopicSetting.MAX_COMPACTION_LAG_MS)));
    }

    private static long number(Config config, TopicSetting setting) {
        return Long.parseLong(text(config, setting));
    }

    private static String text(Config config, TopicSetting setting) {
        String value = value(config, setting.key());
        return value == null ? setting.defaultValue() : value;
    }

    private static @org.jspecify.annotations.Nullable String value(Config config, String key) {
        ConfigEntry entry = config.get(key);
        return entry == null ? null : entry.value();
    }
}
