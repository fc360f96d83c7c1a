package io.millrace.record;

/**
 * How a producer numbers what it sends to a partition, so that what it repeats is known again and what is missing is noticed:
 * the idea, and the rules, of Kafka's idempotent producer (KIP-98).
 *
 * @param producerId who sends, not negative
 * @param epoch which life of it, 0 to 32767; a higher one shuts the lower ones out
 * @param sequence the number of the first record; numbers rise by one for each record of the partition, and begin at 0 again
 *     after 2147483647
 */
public record ProducerStamp(long producerId, short epoch, int sequence) {

    /** The sequence number that lies {@code distance} behind another. */
    public static int plus(int sequence, int distance) {
        return (int) ((sequence + (long) distance) & Integer.MAX_VALUE);
    }
}
