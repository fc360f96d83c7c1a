package io.millrace.wire;

/**
 * Where a message was stored.
 *
 * @param timestamp milliseconds since the epoch, not negative
 */
public record ProducedOffset(int partition, long offset, long timestamp) {}
