package io.millrace.log;

import io.millrace.record.TopicPartition;

/**
 * A place in a log: where a read begins or a wait looks.
 *
 * @param offset the offset of the next record wanted, from 0
 */
public record Position(TopicPartition partition, long offset) {}
