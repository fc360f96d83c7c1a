package io.millrace.group;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Random histories of a group on a simulated clock; the rules are looked at after each step, and in the end everything must
 * be settled. {@code -Dseed=N} runs one history again.
 */
class GroupSimulationTests {

    private static final int HISTORIES = 10_000;

    @Test
    void everyPartitionHasOneLivingOwnerAndNoMessageIsSkippedOrComesAgainOnceCommitted() {
        Integer one = Integer.getInteger("seed");
        IntStream seeds = one == null ? IntStream.range(0, HISTORIES).parallel() : IntStream.of(one);
        seeds.forEach(GroupSimulationTests::run);
    }

    private static void run(int seed) {
        GroupHistory history = new GroupHistory(seed);
        try {
            history.run();
        } catch (RuntimeException | AssertionError broken) {
            throw new AssertionError("seed %d: %s%n%s".formatted(seed, broken, history), broken);
        }
    }
}
