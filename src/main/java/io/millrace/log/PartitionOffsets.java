package io.millrace.log;

/**
 * The ends of a partition.
 *
 * @param logStartOffset the offset of the first record that is still there
 * @param highWatermark the offset after the last readable record
 * @param sizeInBytes what its records take on disk; 0 where the engine cannot tell
 */
public record PartitionOffsets(long logStartOffset, long highWatermark, long sizeInBytes) {}
