package io.millrace.move;

import io.millrace.log.TopicSettings;
import io.millrace.record.StoredRecord;

/**
 * What one side's own rules allow to be missing in a partition. Old messages may be gone from one side before the move is
 * finished or checked, as they would be without it.
 *
 * @param start the partition's log start offset on that side
 */
record Retention(TopicSettings settings, long nowMillis, long start) {

    /** Whether the record is older than they are kept. */
    boolean hasExpired(StoredRecord record) {
        return settings.cleanupPolicy().contains("delete")
                && settings.retentionMs() >= 0
                && record.timestamp() < nowMillis - settings.retentionMs();
    }

    /** Whether the record would not be missed. */
    boolean mayHaveLetGo(StoredRecord record) {
        boolean superseded = settings.cleanupPolicy().contains("compact") && record.key() != null;
        boolean tooMuch = settings.cleanupPolicy().contains("delete") && settings.retentionBytes() >= 0;
        return superseded || tooMuch || hasExpired(record);
    }
}
