/**
 * The port to a partitioned log: what services ask of it and how it refuses. An engine stands behind it; the embedded one
 * is in {@code log.segment}, the one over a Kafka cluster in {@code log.kafka}. {@code Shards} says which server may write what
 * groups remember. Nothing here knows how records are kept.
 */
@NullMarked
package io.millrace.log;

import org.jspecify.annotations.NullMarked;
