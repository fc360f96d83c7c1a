package io.millrace.log;

import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A setting that a topic has: its name, its default, and which values it may have. */
public enum TopicSetting {
    CLEANUP_POLICY("cleanup.policy", "delete", oneOf("delete", "compact", "compact,delete", "delete,compact")),
    COMPRESSION_TYPE(
            "compression.type", "producer", oneOf("producer", "uncompressed", "gzip", "snappy", "lz4", "zstd")),
    DELETE_RETENTION_MS("delete.retention.ms", "86400000", integer(0, Long.MAX_VALUE)),
    DURABILITY("durability", Durability.FSYNC.setting(), oneOf("fsync", "written")),
    MAX_COMPACTION_LAG_MS("max.compaction.lag.ms", "9223372036854775807", integer(1, Long.MAX_VALUE)),
    MAX_MESSAGE_BYTES("max.message.bytes", "1048576", integer(1, 1 << 30)),
    MIN_CLEANABLE_DIRTY_RATIO("min.cleanable.dirty.ratio", "0.5", decimal(0, 1)),
    MIN_COMPACTION_LAG_MS("min.compaction.lag.ms", "0", integer(0, Long.MAX_VALUE)),
    RETENTION_BYTES("retention.bytes", "-1", integer(-1, Long.MAX_VALUE)),
    RETENTION_MS("retention.ms", "604800000", integer(-1, Long.MAX_VALUE)),
    SEGMENT_BYTES("segment.bytes", "1073741824", integer(16 * 1024, Integer.MAX_VALUE)),
    SEGMENT_MS("segment.ms", "604800000", integer(1, Long.MAX_VALUE));

    private final String key;
    private final String defaultValue;

    @SuppressWarnings("ImmutableEnumChecker") // The functions made below hold only immutable values.
    private final Function<String, String> check;

    TopicSetting(String key, String defaultValue, Function<String, String> check) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.check = check;
    }

    /** The name, as it stands in a topic's {@code config}. */
    public String key() {
        return key;
    }

    /** The value that a topic has where none is given. */
    public String defaultValue() {
        return defaultValue;
    }

    /**
     * The setting of that name.
     *
     * @throws InvalidSettingException if there is none
     */
    public static TopicSetting of(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new InvalidSettingException("There is no topic setting '%s'; there are %s"
                        .formatted(
                                key,
                                Arrays.stream(values()).map(TopicSetting::key).collect(Collectors.joining(", ")))));
    }

    /**
     * Returns the value in its one spelling.
     *
     * @throws InvalidSettingException if the setting cannot have it
     */
    public String check(String value) {
        String wanted = check.apply(value.strip());
        if (!wanted.isEmpty()) {
            throw new InvalidSettingException("'%s' is not a value of %s: %s".formatted(value, key, wanted));
        }
        return value.strip();
    }

    /** Tells what is wanted, or nothing if the value is that. */
    private static Function<String, String> oneOf(String... values) {
        Set<String> allowed = Set.of(values);
        String wanted = "use one of " + String.join(", ", values);
        return value -> allowed.contains(value) ? "" : wanted;
    }

    private static Function<String, String> integer(long from, long to) {
        String wanted = "use a whole number from %d to %d".formatted(from, to);
        return value -> {
            try {
                long number = Long.parseLong(value);
                return number >= from && number <= to ? "" : wanted;
            } catch (NumberFormatException notANumber) {
                return wanted;
            }
        };
    }

    private static Function<String, String> decimal(int from, int to) {
        String wanted = "use a number from %d to %d".formatted(from, to);
        return value -> {
            try {
                double number = Double.parseDouble(value);
                return number >= from && number <= to ? "" : wanted;
            } catch (NumberFormatException notANumber) {
                return wanted;
            }
        };
    }
}
