package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArrayPoolTests {

    private static final int MIB = 1024 * 1024;

    private final ArrayPool pool = new ArrayPool(4 * MIB);

    @Test
    void anArrayThatWasGivenBackIsTakenAgain() {
        byte[] array = pool.take(100_000);
        pool.giveBack(array);
        assertThat(pool.take(120_000)).isSameAs(array);
        assertThat(pool.take(120_000)).isNotSameAs(array);
    }

    @Test
    void anArrayHasRoomForWhatItWasTakenFor() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            int wanted = random.nextInt(1, 1 << random.nextInt(1, 25));
            byte[] array = pool.take(wanted);
            assertThat(array).hasSizeGreaterThanOrEqualTo(wanted);
            if (random.nextBoolean()) {
                pool.giveBack(array);
            }
        }
    }

    @Test
    void noMoreIsKeptThanAllowed() {
        byte[][] arrays = new byte[5][];
        for (int i = 0; i < 5; i++) {
            arrays[i] = pool.take(MIB);
        }
        for (byte[] array : arrays) {
            pool.giveBack(array);
        }
        assertThat(Stream.generate(() -> pool.take(MIB)).limit(5).filter(taken -> isOneOf(taken, arrays)))
                .hasSize(4);
    }

    private static boolean isOneOf(byte[] array, byte[][] arrays) {
        return Arrays.stream(arrays).anyMatch(one -> one == array);
    }

    @Test
    void aSmallArrayIsNotKept() {
        byte[] array = pool.take(1000);
        assertThat(array).hasSize(1000);
        pool.giveBack(array);
        assertThat(pool.take(1000)).isNotSameAs(array);
    }

    @Test
    void aVeryLargeArrayIsNotKept() {
        byte[] array = pool.take(20 * MIB);
        assertThat(array).hasSize(20 * MIB);
        pool.giveBack(array);
        assertThat(pool.take(20 * MIB)).isNotSameAs(array);
    }
}
