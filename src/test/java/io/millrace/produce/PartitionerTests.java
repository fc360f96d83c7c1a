package io.millrace.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionerTests {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 12, 1000})
    void aKeyGoesWhereKafkasProducersPutIt(int partitions) {
        SplittableRandom random = new SplittableRandom(partitions);
        Partitioner partitioner = new Partitioner(partitions, n -> 0);
        for (int i = 0; i < 2000; i++) {
            byte[] key = new byte[random.nextInt(30)];
            random.nextBytes(key);

            assertThat(partitioner.partition(null, ByteBuffer.wrap(key)))
                    .isEqualTo(BuiltInPartitioner.partitionForKey(key, partitions));
        }
    }

    @Test
    void thePartitionAskedForComesFirst() {
        assertThat(new Partitioner(3, n -> 0).partition(2, ByteBuffer.allocate(1)))
                .isEqualTo(2);
    }

    @Test
    void messagesWithoutKeyStayTogether() {
        AtomicInteger asked = new AtomicInteger();
        Partitioner partitioner = new Partitioner(3, n -> {
            asked.incrementAndGet();
            return n - 1;
        });

        assertThat(partitioner.partition(null, null)).isEqualTo(2);
        assertThat(partitioner.partition(null, ByteBuffer.wrap(new byte[] {1}))).isBetween(0, 2);
        assertThat(partitioner.partition(null, null)).isEqualTo(2);
        assertThat(asked).hasValue(1);
    }

    @Test
    void aTopicWithoutPartitionsIsAMistake() {
        assertThatThrownBy(() -> new Partitioner(0, n -> 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
