package io.millrace.web.api;

import io.millrace.consume.Reading;
import io.millrace.consume.TopicCursor;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.web.MemoryBudget;
import io.millrace.wire.CloudEventWriter;
import io.millrace.wire.JsonOutput;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Writes messages as CloudEvents. Where to read on has no place among events, so it stands in headers. */
@Component
final class CloudEventAnswers {

    private static final String NEXT_OFFSET = "Millrace-Next-Offset";
    private static final String CURSOR = "Millrace-Cursor";
    private static final MediaType EVENT = MediaType.parseMediaType(CloudEventWriter.STRUCTURED);

    private final CloudEventWriter writer;
    private final MemoryBudget budget;

    CloudEventAnswers(CloudEventWriter writer, MemoryBudget budget) {
        this.writer = writer;
        this.budget = budget;
    }

    /** Whether the client would rather have one message as an event than as a message object. */
    static boolean takesEvent(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        if (accept == null) {
            return false;
        }
        try {
            double event = 0;
            double json = 0;
            for (MediaType range : MediaType.parseMediaTypes(accept)) {
                event = range.equalsTypeAndSubtype(EVENT) ? range.getQualityValue() : event;
                json = range.equalsTypeAndSubtype(MediaType.APPLICATION_JSON) ? range.getQualityValue() : json;
            }
            return event > json;
        } catch (InvalidMediaTypeException unreadable) {
            return false;
        }
    }

    /** A page of one partition. */
    void write(FetchedPartition page, HttpServletResponse response) throws IOException {
        response.setHeader(NEXT_OFFSET, Long.toString(page.nextOffset()));
        response.setHeader(
                "Link",
                "</topics/%s/partitions/%d/messages?offset=%d>; rel=\"next\""
                        .formatted(page.partition().topic(), page.partition().partition(), page.nextOffset()));
        write(List.of(page), response);
    }

    /** A page of a whole topic. */
    void write(TopicName topic, Reading.Page page, HttpServletResponse response) throws IOException {
        String cursor = TopicCursor.of(topic, page.next()).text();
        response.setHeader(CURSOR, cursor);
        response.setHeader("Link", "</topics/%s/messages?cursor=%s>; rel=\"next\"".formatted(topic, cursor));
        write(page.partitions(), response);
    }

    private void write(List<FetchedPartition> partitions, HttpServletResponse response) throws IOException {
        int estimate = MessageAnswers.estimate(partitions);
        try (MemoryBudget.Permit _ = budget.acquire(2L * estimate)) {
            JsonOutput out = new JsonOutput(estimate);
            writer.events(out, partitions);
            Answers.write(response, HttpServletResponse.SC_OK, CloudEventWriter.BATCH, out);
        }
    }

    /** One message. */
    void write(TopicPartition partition, StoredRecord record, HttpServletResponse response) throws IOException {
        JsonOutput out = new JsonOutput(record.sizeInBytes() + 512);
        writer.event(out, partition, record);
        Answers.write(response, HttpServletResponse.SC_OK, CloudEventWriter.STRUCTURED, out);
    }
}
