package io.millrace.log.segment;

import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.TopicSettings;
import io.millrace.log.batch.BatchMarks;
import io.millrace.log.batch.BatchWriter;
import io.millrace.log.batch.EncodedBatch;
import io.millrace.record.DraftRecord;
import java.util.List;

/** What a topic's settings mean to an append. */
final class AppendRules {

    private final TopicSettings settings;
    private final BatchWriter writer;

    AppendRules(TopicSettings settings) {
        this.settings = settings;
        this.writer = new BatchWriter(settings.compressionType());
    }

    TopicSettings settings() {
        return settings;
    }

    /** Whether an append is answered, and its records can be read, only after a force. */
    boolean fsync() {
        return settings.durability() == Durability.FSYNC;
    }

    /**
     * The records as batches.
     *
     * @throws LogException.RecordTooLarge if one is larger than the topic allows
     */
    List<EncodedBatch> encode(List<DraftRecord> records, BatchMarks marks) {
        settings.check(records);
        return writer.write(records, marks);
    }
}
