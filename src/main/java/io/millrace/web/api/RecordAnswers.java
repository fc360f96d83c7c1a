package io.millrace.web.api;

import io.millrace.consume.Reading;
import io.millrace.group.Delivery;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes whole answers that hold records, in one of the forms that a client may ask for. */
interface RecordAnswers {

    /** The answer to a read of one partition. */
    void write(FetchedPartition fetched, HttpServletResponse response) throws IOException;

    /** The answer to a read of a whole topic. */
    void write(TopicName topic, Reading.Page page, HttpServletResponse response) throws IOException;

    /** The answer to a poll of a group member. */
    void write(Delivery delivery, HttpServletResponse response) throws IOException;

    /** One record. */
    void write(TopicPartition partition, StoredRecord record, HttpServletResponse response) throws IOException;
}
