/**
 * Records to bytes and back: Kafka's record batch format v2, written and read through the classes that kafka-clients ships.
 * No I/O. Base offsets are patched in when a batch gets its place, which the format allows: its checksum begins behind them.
 */
@NullMarked
package io.millrace.log.batch;

import org.jspecify.annotations.NullMarked;
