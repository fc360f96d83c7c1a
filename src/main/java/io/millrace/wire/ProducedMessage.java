package io.millrace.wire;

import io.millrace.record.DraftRecord;
import org.jspecify.annotations.Nullable;

/**
 * A message as a client sent it, checked and ready to be appended.
 *
 * @param partition the partition that the client asked for, not negative; null leaves the choice to the server
 */
public record ProducedMessage(@Nullable Integer partition, DraftRecord draft) {}
