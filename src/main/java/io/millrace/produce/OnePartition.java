package io.millrace.produce;

import io.millrace.wire.ProducedMessage;

/** The rule for messages of a request whose terms are about one partition. */
final class OnePartition {

    static final String RULE =
            "An expected offset and a producer's sequence are about one partition: give all messages of the request the same 'partition', or a key";

    private OnePartition() {}

    /** Whether a message goes to the one partition, and would go there again when it is sent again. */
    static boolean holds(ProducedMessage message, int partitions, int chosen, int one) {
        boolean certain = message.partition() != null || message.draft().key() != null || partitions == 1;
        return certain && chosen == one;
    }
}
