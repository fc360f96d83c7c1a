package io.millrace.log;

import io.millrace.record.DraftRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a topic, under Kafka's own names where Kafka has them. Every setting has a value; {@link TopicSetting}
 * describes each.
 *
 * @param retentionMs {@code retention.ms}: how long records are kept, in milliseconds; -1 is for ever
 * @param retentionBytes {@code retention.bytes}: how many bytes of a partition are kept; -1 is all
 * @param cleanupPolicy {@code cleanup.policy}: {@code delete}, {@code compact} or {@code compact,delete}
 * @param segmentBytes {@code segment.bytes}: when a new segment is begun
 * @param segmentMs {@code segment.ms}: how many milliseconds after its first record a segment takes no more
 * @param maxMessageBytes {@code max.message.bytes}: the largest message, in bytes of key, value and headers
 * @param compressionType {@code compression.type}: how batches are compressed; {@code producer}, as they are written, which
 *     over HTTP is uncompressed
 * @param durability {@code durability}: when a write is answered
 * @param compaction what counts where the policy has {@code compact}
 */
public record TopicSettings(
        long retentionMs,
        long retentionBytes,
        String cleanupPolicy,
        int segmentBytes,
        long segmentMs,
        int maxMessageBytes,
        String compressionType,
        Durability durability,
        Compaction compaction) {

    /**
     * What counts where {@code cleanup.policy} has {@code compact}.
     *
     * @param minCleanableDirtyRatio {@code min.cleanable.dirty.ratio}: what part of a partition must have come since it was
     *     last cleaned before it is cleaned again, from 0 to 1
     * @param deleteRetentionMs {@code delete.retention.ms}: how many milliseconds a tombstone stays after its first cleaning
     * @param minCompactionLagMs {@code min.compaction.lag.ms}: how many milliseconds every message stays
     * @param maxCompactionLagMs {@code max.compaction.lag.ms}: after how many milliseconds a message is cleaned, however
     *     little has come since
     */
    public record Compaction(
            double minCleanableDirtyRatio, long deleteRetentionMs, long minCompactionLagMs, long maxCompactionLagMs) {}

    /** Every setting at its default. */
    public static final TopicSettings DEFAULTS = from(new TreeMap<>());

    /**
     * These settings, except those given, by name.
     *
     * @throws InvalidSettingException if there is no setting of a given name, or its value is not one it can have
     */
    public TopicSettings with(Map<String, String> given) {
        Map<String, String> all = new TreeMap<>(toMap());
        given.forEach((key, value) -> all.put(key, TopicSetting.of(key).check(value)));
        return from(all);
    }

    /** Whether old messages go after a while, or when there are too many. */
    public boolean deletes() {
        return cleanupPolicy.contains("delete");
    }

    /** Whether messages go when there is a newer one of the same key. */
    public boolean compacts() {
        return cleanupPolicy.contains("compact");
    }

    /**
     * Makes sure that each record is one that the topic takes.
     *
     * @throws LogException.RecordTooLarge if one is larger than {@code max.message.bytes}
     * @throws LogException.RecordWithoutKey if one has no key, and the topic is compacted
     */
    public void check(List<DraftRecord> records) {
        for (int i = 0; i < records.size(); i++) {
            LogException refusal = refusal(i, records.get(i));
            if (refusal != null) {
                throw refusal;
            }
        }
    }

    /**
     * Why the topic does not take a record; null if it does.
     *
     * @param index the place of the record among those appended, from 0
     */
    public @Nullable LogException refusal(int index, DraftRecord record) {
        int size = record.sizeInBytes();
        if (size > maxMessageBytes) {
            return new LogException.RecordTooLarge(index, size, maxMessageBytes);
        }
        return record.key() == null && compacts() ? new LogException.RecordWithoutKey() : null;
    }

    /** All settings by name, with the values they have. */
    public Map<String, String> toMap() {
        Map<String, String> map = new TreeMap<>();
        map.put(TopicSetting.CLEANUP_POLICY.key(), cleanupPolicy);
        map.put(TopicSetting.COMPRESSION_TYPE.key(), compressionType);
        map.put(TopicSetting.DURABILITY.key(), durability.setting());
        map.put(TopicSetting.MAX_MESSAGE_BYTES.key(), Integer.toString(maxMessageBytes));
        map.put(TopicSetting.DELETE_RETENTION_MS.key(), Long.toString(compaction.deleteRetentionMs()));
        map.put(TopicSetting.MAX_COMPACTION_LAG_MS.key(), Long.toString(compaction.maxCompactionLagMs()));
        map.put(TopicSetting.MIN_CLEANABLE_DIRTY_RATIO.key(), Double.toString(compaction.minCleanableDirtyRatio()));
        map.put(TopicSetting.MIN_COMPACTION_LAG_MS.key(), Long.toString(compaction.minCompactionLagMs()));
        map.put(TopicSetting.RETENTION_BYTES.key(), Long.toString(retentionBytes));
        map.put(TopicSetting.RETENTION_MS.key(), Long.toString(retentionMs));
        map.put(TopicSetting.SEGMENT_BYTES.key(), Integer.toString(segmentBytes));
        map.put(TopicSetting.SEGMENT_MS.key(), Long.toString(segmentMs));
        return map;
    }

    private static TopicSettings from(Map<String, String> checked) {
        UnaryOperator<String> text =
                key -> checked.getOrDefault(key, TopicSetting.of(key).defaultValue());
        return new TopicSettings(
                Long.parseLong(text.apply(TopicSetting.RETENTION_MS.key())),
                Long.parseLong(text.apply(TopicSetting.RETENTION_BYTES.key())),
                text.apply(TopicSetting.CLEANUP_POLICY.key()),
                Integer.parseInt(text.apply(TopicSetting.SEGMENT_BYTES.key())),
                Long.parseLong(text.apply(TopicSetting.SEGMENT_MS.key())),
                Integer.parseInt(text.apply(TopicSetting.MAX_MESSAGE_BYTES.key())),
                text.apply(TopicSetting.COMPRESSION_TYPE.key()),
                text.apply(TopicSetting.DURABILITY.key()).equals(Durability.FSYNC.setting())
                        ? Durability.FSYNC
                        : Durability.WRITTEN,
                new Compaction(
                        Double.parseDouble(text.apply(TopicSetting.MIN_CLEANABLE_DIRTY_RATIO.key())),
                        Long.parseLong(text.apply(TopicSetting.DELETE_RETENTION_MS.key())),
                        Long.parseLong(text.apply(TopicSetting.MIN_COMPACTION_LAG_MS.key())),
                        Long.parseLong(text.apply(TopicSetting.MAX_COMPACTION_LAG_MS.key()))));
    }
}
