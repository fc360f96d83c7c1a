package io.millrace.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyOffsetsTests {

    private static ByteBuffer key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(0, number);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 10_000})
    void itKnowsTheNewestOffsetOfEachKey(int keys) {
        RandomGenerator random = new Random(keys);
        KeyOffsets offsets = new KeyOffsets(Long.MAX_VALUE, keys);
        Map<Integer, Long> model = new HashMap<>();
        for (long offset = 0; offset < 3L * keys; offset++) {
            int key = random.nextInt(keys);
            assertThat(model.containsKey(key) || offsets.hasRoomFor(1)).isTrue();
            offsets.put(key(key), offset);
            model.put(key, offset);
        }
        model.forEach((key, newest) -> {
            assertThat(offsets.isNewest(key(key), newest)).isTrue();
            assertThat(offsets.isNewest(key(key), newest + 1)).isTrue();
            assertThat(offsets.isNewest(key(key), newest - 1)).isFalse();
        });
        assertThat(offsets.isNewest(key(keys), 0)).isTrue();
    }

    @Test
    void itSaysWhenItIsFullAndKeepsToItsMemory() {
        KeyOffsets offsets = new KeyOffsets(24 * 300, 1_000_000);
        int keys = 0;
        while (offsets.hasRoomFor(1)) {
            offsets.put(key(keys), keys);
            keys++;
        }
        assertThat(keys).isEqualTo(200);
        assertThat(offsets.isNewest(key(17), 16)).isFalse();
        assertThat(offsets.isNewest(key(17), 17)).isTrue();
    }

    @Test
    void aKeyThatIsThereNeedsNoRoom() {
        KeyOffsets offsets = new KeyOffsets(0, 1_000_000);
        for (int i = 0; offsets.hasRoomFor(1); i++) {
            offsets.put(key(i), i);
        }
        offsets.put(key(3), 1000);
        assertThat(offsets.isNewest(key(3), 999)).isFalse();
    }
}
