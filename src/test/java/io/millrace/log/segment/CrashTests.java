package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.record.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left when the process is killed, the power goes, or the disk fails. */
class CrashTests extends CrashFixture {

    @ParameterizedTest
    @MethodSource("seeds")
    void whatWasForcedSurvivesPowerLossAndTheLogGoesOn(int seed) {
        RandomGenerator random = new Random(seed);
        create("fsync");
        List<ByteBuffer> acknowledged = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            appendSome(random, acknowledged);
            if (random.nextBoolean()) {
                // Written, never acknowledged: may be there or not.
                engine.append(PARTITION, List.of(record(random, 999)));
            }
            disk.cutPower(random);
            engine = open();
            checkAndTake(readAll(), acknowledged);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatWasWrittenSurvivesAKill(int seed) {
        RandomGenerator random = new Random(seed);
        create("written");
        List<ByteBuffer> acknowledged = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            appendSome(random, acknowledged);
            if (random.nextBoolean()) {
                engine.close();
            }
            disk.kill();
            engine = open();
            assertThat(readAll()).extracting(StoredRecord::value).containsExactlyElementsOf(acknowledged);
        }
    }

    @Test
    void timestampsAreFoundAfterACrashRebuiltTheIndexes() {
        create("written");
        RandomGenerator random = new Random(1);
        appendSome(new Random(5), new ArrayList<>());
        List<ByteBuffer> all = new ArrayList<>();
        readAll().forEach(r -> all.add(r.value()));
        appendSome(random, all);
        disk.kill();
        engine = open();
        for (int i = 0; i < all.size(); i++) {
            assertThat(engine.offsetForTimestamp(PARTITION, i)).isEqualTo(i);
        }
    }

    @Test
    void aCheckpointForWhichThereIsNoRoomIsTriedAgainAndHoldsUpNothing() {
        create("fsync");
        RandomGenerator random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            engine.append(PARTITION, List.of(record(random, i)));
        }
        disk.setFreeBytes(0);
        try {
            engine.checkpoint();
        } catch (LogException.StorageFull noRoomForThePointsEither) {
            // The next one is in time.
        }
        disk.setFreeBytes(Long.MAX_VALUE);
        assertThat(engine.append(PARTITION, List.of(record(random, 3000)))
                        .await()
                        .offset(0))
                .isEqualTo(3000);
        engine.checkpoint();
        disk.kill();
        engine = open();
        assertThat(readAll()).hasSize(3001);
    }

    @Test
    void aFullDiskRefusesTheAppendStoresNothingAndGoesOnWhenThereIsRoom() {
        create("fsync");
        RandomGenerator random = new Random(1);
        engine.append(PARTITION, List.of(record(random, 0))).await();
        disk.setFreeBytes(20);
        assertThatThrownBy(() -> engine.append(PARTITION, List.of(record(random, 1))))
                .isInstanceOf(LogException.StorageFull.class);
        assertThat(readAll()).hasSize(1);
        disk.setFreeBytes(Long.MAX_VALUE);
        assertThat(engine.append(PARTITION, List.of(record(random, 2))).await().offset(0))
                .isEqualTo(1);
        assertThat(readAll()).hasSize(2);
    }

    @Test
    void aFailedForceIsFatalForThePartitionUntilRecovery() {
        create("fsync");
        RandomGenerator random = new Random(1);
        engine.append(PARTITION, List.of(record(random, 0))).await();
        disk.failForces(true);
        LogEngine.Append lost = engine.append(PARTITION, List.of(record(random, 1)));
        assertThatThrownBy(lost::await).isInstanceOf(LogException.StorageFailed.class);
        disk.failForces(false);
        assertThatThrownBy(lost::await).isInstanceOf(LogException.StorageFailed.class);
        assertThatThrownBy(() -> engine.append(PARTITION, List.of(record(random, 2))))
                .isInstanceOf(LogException.StorageFailed.class)
                .hasMessageContaining("restarted");
        assertThat(readAll()).hasSize(1);

        engine.close();
        engine = open();
        engine.append(PARTITION, List.of(record(random, 3))).await();
        assertThat(readAll().size()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aRecordThatIsNotForcedYetIsNotReadable() {
        create("fsync");
        LogEngine.Append append = engine.append(PARTITION, List.of(record(new Random(1), 0)));
        assertThat(readAll()).isEmpty();
        append.await();
        assertThat(readAll()).hasSize(1);
    }

    @Test
    void aTopicWhoseCreationWasAnsweredSurvivesPowerLoss() {
        create("fsync");
        disk.cutPower(new Random(3));
        engine = open();
        assertThat(engine.topic(TOPIC)).isPresent();
        engine.append(PARTITION, List.of(record(new Random(1), 0))).await();
        assertThat(readAll()).hasSize(1);
    }
}
