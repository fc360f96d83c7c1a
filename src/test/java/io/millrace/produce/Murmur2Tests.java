package io.millrace.produce;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Murmur2Tests {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyKeyHasTheHashThatKafkaGivesIt(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] key = new byte[random.nextInt(40)];
            random.nextBytes(key);

            assertThat(Murmur2.hash(ByteBuffer.wrap(key))).isEqualTo(Utils.murmur2(key));
        }
    }

    @Test
    void onlyTheBytesBetweenPositionAndLimitCount() {
        byte[] key = {1, 2, 3, 4, 5, 6, 7};
        ByteBuffer within = ByteBuffer.allocate(20).put(3, key).position(3).limit(10);
        ByteBuffer direct = ByteBuffer.allocateDirect(7).put(0, key);

        assertThat(Murmur2.hash(within)).isEqualTo(Utils.murmur2(key));
        assertThat(Murmur2.hash(within.slice().asReadOnlyBuffer())).isEqualTo(Utils.murmur2(key));
        assertThat(Murmur2.hash(direct)).isEqualTo(Utils.murmur2(key));
        assertThat(within.position()).isEqualTo(3);
    }
}
