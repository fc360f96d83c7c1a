package io.millrace.move;

import io.millrace.log.TopicSettings;
import io.millrace.record.StoredRecord;

/**
 * What a topic's own rules allow to be missing in it. Old messages that were moved may be gone again before the move is
 * checked or finished, as they would be without it.
 */
record Retention(TopicSettings settings, long nowMillis) {

    boolean mayHaveLetGo(StoredRecord record) {
        boolean superseded = settings.cleanupPolicy().contains("compact") && record.key() != null;
        boolean expired = settings.retentionMs() >= 0 && record.timestamp() < nowMillis - settings.retentionMs();
        return superseded
                || (settings.cleanupPolicy().contains("delete") && (expired || settings.retentionBytes() >= 0));
    }
}
