/**
 * The embedded engine: one data directory, one directory a partition, segments and sparse indexes in Kafka's layout. A
 * {@code Segment} is a file of batches, a {@code PartitionLog} is segments under one lock, {@code SegmentLogEngine} is the
 * set of them; {@code Recovery} brings them back after a crash. Plain Java: disk and time are handed in.
 */
@NullMarked
package io.millrace.log.segment;

import org.jspecify.annotations.NullMarked;
