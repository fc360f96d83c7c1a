package io.millrace.produce;

import io.millrace.log.LogException;
import io.millrace.wire.ProducedOffset;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of the messages of a batch.
 *
 * @param offsets where each message is, in their order; null for one that was not stored
 * @param failures why messages were not stored, by place from 0; empty where all of them were
 * @param isRepeat whether all of them had been stored before, and nothing was this time
 */
public record BatchOutcome(
        List<@Nullable ProducedOffset> offsets, SortedMap<Integer, LogException> failures, boolean isRepeat) {}
