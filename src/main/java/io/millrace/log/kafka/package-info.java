/**
 * The engine over an Apache Kafka cluster, or anything that speaks its protocol: the only home of Kafka's clients. Producing
 * goes through one shared producer, reading through a few shared consumers, waiting through one that follows the ends of
 * the partitions that somebody waits on.
 */
@NullMarked
package io.millrace.log.kafka;

import org.jspecify.annotations.NullMarked;
