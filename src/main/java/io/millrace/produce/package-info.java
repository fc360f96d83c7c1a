/**
 * Producing: from checked messages to records in partitions. What is here chooses the partition of a message, by Kafka's
 * own rule, so that a key written over HTTP and one written by a Kafka client end up in the same place.
 */
@NullMarked
package io.millrace.produce;

import org.jspecify.annotations.NullMarked;
