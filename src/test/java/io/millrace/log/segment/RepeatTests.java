package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.AppendTerms;
import io.millrace.log.Appended;
import io.millrace.log.LogException;
import io.millrace.record.DraftRecord;
import io.millrace.record.ProducerStamp;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Terms of appends, which hold also when records are sent again after a crash. */
class RepeatTests extends CrashFixture {

    @BeforeEach
    void create() {
        create("fsync");
    }

    private static List<DraftRecord> records(int count) {
        List<DraftRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new DraftRecord(1, null, ByteBuffer.wrap(new byte[] {(byte) i}), List.of()));
        }
        return records;
    }

    private static AppendTerms stamped(int epoch, int sequence) {
        return new AppendTerms(AppendTerms.ANY_OFFSET, new ProducerStamp(42, (short) epoch, sequence));
    }

    private Appended send(int epoch, int sequence, int count) {
        return engine.append(PARTITION, records(count), stamped(epoch, sequence))
                .await();
    }

    @Test
    void whatAProducerRepeatsIsNotStoredAgain() {
        send(0, 0, 2);
        engine.append(PARTITION, records(1)).await();
        send(0, 2, 3);
        Appended again = send(0, 2, 3);
        assertThat(again.isRepeat()).isTrue();
        assertThat(again.offset(0)).isEqualTo(3);
        assertThat(again.offset(2)).isEqualTo(5);
        assertThat(send(0, 0, 2).offset(1)).isEqualTo(1);
        assertThat(readAll()).hasSize(6);
    }

    @Test
    void aGapInAProducersNumbersIsRefusedWithTheNumberThatComesNext() {
        send(0, 0, 2);
        assertThatThrownBy(() -> send(0, 3, 1))
                .isInstanceOfSatisfying(
                        LogException.OutOfOrderSequence.class,
                        e -> assertThat(e.expected()).isEqualTo(2));
        assertThat(readAll()).hasSize(2);
        assertThat(send(0, 2, 1).isRepeat()).isFalse();
    }

    @Test
    void aLaterEpochShutsTheEarlierOnesOutAndBeginsAtZero() {
        send(0, 0, 2);
        assertThatThrownBy(() -> send(1, 2, 1)).isInstanceOf(LogException.OutOfOrderSequence.class);
        send(1, 0, 1);
        assertThatThrownBy(() -> send(0, 2, 1))
                .isInstanceOfSatisfying(
                        LogException.StaleProducerEpoch.class,
                        e -> assertThat(e.epoch()).isEqualTo((short) 1));
        assertThat(readAll()).hasSize(3);
    }

    @Test
    void aProducerThatIsNotKnownMayBeginAnywhere() {
        assertThat(send(3, 1000, 1).isRepeat()).isFalse();
    }

    @Test
    void numbersGoOnFromTheLastOneToZero() {
        send(0, Integer.MAX_VALUE - 1, 2);
        assertThat(send(0, 0, 1).offset(0)).isEqualTo(2);
        assertThat(send(0, Integer.MAX_VALUE, 1).offset(0)).isEqualTo(1);
        assertThat(send(0, 0, 1).isRepeat()).isTrue();
    }

    @Test
    void repeatsBeyondWhatIsRememberedAreRefusedAndNotStoredAgain() {
        for (int i = 0; i < 7; i++) {
            send(0, i, 1);
            engine.append(PARTITION, records(1)).await();
        }
        assertThat(send(0, 2, 1).isRepeat()).isTrue();
        assertThatThrownBy(() -> send(0, 1, 1))
                .isInstanceOf(LogException.OutOfOrderSequence.class)
                .hasMessageContaining("was stored");
        assertThat(readAll()).hasSize(14);
    }

    @Test
    void anAppendExpectsItsOffset() {
        AppendTerms atOne = new AppendTerms(1, null);
        assertThatThrownBy(() -> engine.append(PARTITION, records(1), atOne))
                .isInstanceOfSatisfying(
                        LogException.UnexpectedOffset.class,
                        e -> assertThat(e.endOffset()).isZero());
        engine.append(PARTITION, records(1)).await();
        assertThat(engine.append(PARTITION, records(1), atOne).await().offset(0))
                .isEqualTo(1);
        assertThat(readAll()).hasSize(2);
    }

    @Test
    void whatIsRememberedIsReadFromTheLogWhereItsFileIsDamaged() {
        send(0, 0, 2);
        engine.close();
        try (Disk.File file = disk.open(Path.of("/data/orders-0/requests.snapshot"))) {
            assertThat(file.size()).isPositive();
            file.write(ByteBuffer.wrap(new byte[] {9, 9, 9}), 20);
        }
        engine = open();
        assertThat(send(0, 0, 2).isRepeat()).isTrue();
        assertThatThrownBy(() -> send(0, 5, 1)).isInstanceOf(LogException.OutOfOrderSequence.class);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aProducerThatSendsAgainAfterEveryCrashStoresEachRecordOnce(int seed) {
        RandomGenerator random = new Random(seed);
        int next = 0;
        for (int round = 0; round < 6; round++) {
            for (int sends = random.nextInt(8); sends > 0; sends--) {
                int count = random.nextInt(1, 4);
                Appended appended = send(0, next, count);
                assertThat(appended.offset(count - 1)).isEqualTo(next + count - 1);
                next += count;
                if (random.nextInt(4) == 0) {
                    assertThat(send(0, next - count, count).isRepeat()).isTrue();
                }
                if (random.nextInt(3) == 0) {
                    engine.checkpoint();
                }
            }
            int unacknowledged = random.nextInt(1, 4);
            engine.append(PARTITION, records(unacknowledged), stamped(0, next));
            if (random.nextInt(3) == 0) {
                engine.close();
            }
            disk.cutPower(random);
            engine = open();
            send(0, next, unacknowledged);
            next += unacknowledged;
        }
        assertThat(readAll()).hasSize(next);
    }
}
