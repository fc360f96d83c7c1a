package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every engine must do when topics are altered and their beginnings taken away. */
public abstract class AlterationContract extends LogEngineContract {

    protected static final TopicPartition ORDERS_3 = new TopicPartition(ORDERS, 3);

    private static TopicSettings with(String setting, String value) {
        return TopicSettings.DEFAULTS.with(Map.of(setting, value));
    }

    @Test
    void aTopicGetsMorePartitionsAndKeepsWhatItHad() {
        createOrders();
        append(ORDERS_1, numbered(0, 3));
        Topic grown = engine.alterTopic(ORDERS, 4, TopicSettings.DEFAULTS);
        assertThat(grown).isEqualTo(new Topic(ORDERS, 4, TopicSettings.DEFAULTS));
        assertThat(engine.topic(ORDERS)).contains(grown);
        assertThat(engine.offsets(ORDERS_3).highWatermark()).isZero();
        append(ORDERS_3, draft(1, null, "new"));
        assertThat(values(ORDERS_3)).containsExactly("new");
        assertThat(values(ORDERS_1)).hasSize(3);
    }

    @Test
    void aTopicNeverGetsFewerPartitions() {
        createOrders();
        assertThatThrownBy(() -> engine.alterTopic(ORDERS, 1, with("retention.ms", "1")))
                .isInstanceOf(LogException.FewerPartitions.class)
                .hasMessageContaining("2 partitions");
        assertThat(engine.topic(ORDERS)).contains(new Topic(ORDERS, 2, TopicSettings.DEFAULTS));
    }

    @Test
    void aTopicThatIsNotThereIsNotAltered() {
        assertThatThrownBy(() -> engine.alterTopic(ORDERS, 1, TopicSettings.DEFAULTS))
                .isInstanceOf(LogException.TopicNotFound.class);
    }

    @Test
    void everySettingCanBeAlteredAndAlteredBack() {
        createOrders();
        TopicSettings others = TopicSettings.DEFAULTS.with(Map.of(
                "cleanup.policy", "compact",
                "compression.type", "gzip",
                "durability", "written",
                "max.message.bytes", "2000",
                "retention.bytes", "3000000",
                "retention.ms", "4000",
                "segment.bytes", "5000000",
                "segment.ms", "6000"));
        for (TopicSettings settings : List.of(others, TopicSettings.DEFAULTS)) {
            Topic altered = engine.alterTopic(ORDERS, 2, settings);
            assertThat(altered).isEqualTo(new Topic(ORDERS, 2, settings));
            assertThat(engine.topic(ORDERS)).contains(altered);
        }
    }

    @Test
    void alteredSettingsCountForTheNextAppend() {
        createOrders();
        append(ORDERS_0, draft(1, null, "12345678901"));
        engine.alterTopic(ORDERS, 2, with("max.message.bytes", "10"));
        assertThatThrownBy(() -> append(ORDERS_0, draft(1, null, "12345678901")))
                .isInstanceOf(LogException.RecordTooLarge.class);
        engine.alterTopic(ORDERS, 2, TopicSettings.DEFAULTS.with(Map.of("compression.type", "zstd")));
        append(ORDERS_0, draft(1, null, "12345678901"));
        assertThat(values(ORDERS_0)).hasSize(2);
    }

    @Test
    void durabilityMayBeRaisedAndLoweredWhileAppendsGoOn() {
        createOrders();
        for (int i = 0; i < 6; i++) {
            LogEngine.Append pending = engine.append(ORDERS_0, List.of(draft(i, null, "pending")));
            engine.alterTopic(ORDERS, 2, with("durability", i % 2 == 0 ? "written" : "fsync"));
            append(ORDERS_0, draft(i, null, "next"));
            assertThat(pending.await().offset(0)).isEqualTo(2L * i);
        }
        assertThat(values(ORDERS_0)).hasSize(12);
    }

    @Test
    void listenersHearOfNewPartitions() {
        createOrders();
        List<TopicName> heard = new ArrayList<>();
        engine.onTopicChange(heard::add);
        engine.alterTopic(ORDERS, 3, TopicSettings.DEFAULTS);
        assertThat(heard).containsExactly(ORDERS);
    }

    @Test
    void whatIsTrimmedCannotBeReadAndTheRestCan() {
        createOrders();
        append(ORDERS_0, numbered(0, 10));
        assertThat(values(ORDERS_0)).hasSize(10);
        assertThat(engine.trim(ORDERS_0, 4)).isEqualTo(4);
        assertThat(engine.offsets(ORDERS_0).logStartOffset()).isEqualTo(4);
        assertThat(engine.offsets(ORDERS_0).highWatermark()).isEqualTo(10);
        assertThat(readAll(ORDERS_0)).first().extracting(StoredRecord::offset).isEqualTo(4L);
        assertThatThrownBy(() -> read(ORDERS_0, 3, 1, 1))
                .isInstanceOf(LogException.OffsetOutOfRange.class)
                .hasMessageContaining("from 4");
        assertThat(engine.offsets(ORDERS_1).logStartOffset()).isZero();
    }

    @Test
    void aTrimmedPartitionTellsItsBeginningWithWhatIsRead() {
        createOrders();
        append(ORDERS_0, numbered(0, 10));
        read(ORDERS_0, 0, 1, 1);
        engine.trim(ORDERS_0, 7);
        Fetched fetched = engine.fetch(new FetchPlan(List.of(new Position(ORDERS_0, 8)), 1, 1));
        assertThat(fetched.partitions().getFirst().ends().logStartOffset()).isEqualTo(7);
    }

    @Test
    void aTrimUpToTheHighWatermarkLeavesNothingAndOffsetsGoOn() {
        createOrders();
        append(ORDERS_0, numbered(0, 10));
        assertThat(engine.trim(ORDERS_0, LogEngine.HIGH_WATERMARK)).isEqualTo(10);
        assertThat(engine.offsets(ORDERS_0).logStartOffset()).isEqualTo(10);
        assertThat(readAll(ORDERS_0)).isEmpty();
        assertThat(append(ORDERS_0, draft(1, null, "next"))).isEqualTo(10);
        assertThat(values(ORDERS_0)).containsExactly("next");
    }

    @Test
    void aTrimOfAnEmptyPartitionChangesNothing() {
        createOrders();
        assertThat(engine.trim(ORDERS_0, LogEngine.HIGH_WATERMARK)).isZero();
        assertThat(engine.trim(ORDERS_0, 0)).isZero();
    }

    @Test
    void theBeginningNeverGoesBack() {
        createOrders();
        append(ORDERS_0, numbered(0, 10));
        engine.trim(ORDERS_0, 6);
        assertThat(engine.trim(ORDERS_0, 2)).isEqualTo(6);
        assertThat(engine.offsets(ORDERS_0).logStartOffset()).isEqualTo(6);
    }

    @Test
    void aTrimOutsideTheLogIsRefused() {
        createOrders();
        append(ORDERS_0, numbered(0, 3));
        assertThatThrownBy(() -> engine.trim(ORDERS_0, 4))
                .isInstanceOf(LogException.OffsetOutOfRange.class)
                .hasMessageContaining("to 3");
        assertThatThrownBy(() -> engine.trim(ORDERS_0, -2)).isInstanceOf(LogException.OffsetOutOfRange.class);
        assertThatThrownBy(() -> engine.trim(new TopicPartition(ORDERS, 2), 0))
                .isInstanceOf(LogException.PartitionNotFound.class);
        assertThatThrownBy(() -> engine.trim(new TopicPartition(new TopicName("none"), 0), 0))
                .isInstanceOf(LogException.TopicNotFound.class);
        assertThat(readAll(ORDERS_0)).hasSize(3);
    }

    @Test
    void aTimestampDoesNotLeadToWhatWasTrimmed() {
        createOrders();
        append(ORDERS_0, draft(50, null, "a"), draft(30, null, "b"), draft(20, null, "c"));
        engine.trim(ORDERS_0, 1);
        assertThat(engine.offsetForTimestamp(ORDERS_0, 0)).isEqualTo(1);
        assertThat(engine.offsetForTimestamp(ORDERS_0, 25)).isEqualTo(1);
        engine.trim(ORDERS_0, 2);
        assertThat(engine.offsetForTimestamp(ORDERS_0, 10)).isEqualTo(2);
    }

    @Test
    void aTopicOfTheSameNameBeginsAtZeroAgain() {
        createOrders();
        append(ORDERS_0, numbered(0, 3));
        engine.trim(ORDERS_0, 2);
        engine.deleteTopic(ORDERS);
        createOrders();
        append(ORDERS_0, numbered(0, 3));
        assertThat(engine.offsets(ORDERS_0).logStartOffset()).isZero();
        assertThat(readAll(ORDERS_0)).hasSize(3);
    }

    @Test
    void aCompactedTopicHasItsSettingsAndRefusesRecordsWithoutAKey() {
        TopicSettings settings = TopicSettings.DEFAULTS.with(Map.of(
                "cleanup.policy",
                "compact",
                "min.cleanable.dirty.ratio",
                "0.25",
                "delete.retention.ms",
                "1000",
                "min.compaction.lag.ms",
                "2000",
                "max.compaction.lag.ms",
                "3000"));
        engine.createTopic(ORDERS, 2, settings);
        assertThat(engine.topic(ORDERS).orElseThrow().settings().compaction()).isEqualTo(settings.compaction());
        assertThatThrownBy(() -> append(ORDERS_0, draft(1, "a", "1"), draft(1, null, "2")))
                .isInstanceOf(LogException.RecordWithoutKey.class);
        assertThat(values(ORDERS_0)).isEmpty();
        append(ORDERS_0, draft(1, "a", "1"));
        assertThat(values(ORDERS_0)).containsExactly("1");
    }
}
