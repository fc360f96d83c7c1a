package io.millrace.web.api;

import io.millrace.consume.Reading;
import io.millrace.consume.TopicCursor;
import io.millrace.group.Delivery;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.web.MemoryBudget;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.wire.CloudEventTypes;
import io.millrace.wire.CloudEventWriter;
import io.millrace.wire.JsonOutput;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes records as CloudEvents. A page is an array of events; what stands beside the messages in other answers stands in
 * headers, because a batch of events has no place for it.
 */
final class CloudEventAnswers implements RecordAnswers {

    /** What the headers take that every answer has, and the status line. */
    private static final int OTHER_HEADERS_BYTES = 1024;

    private static final String SETTING = "server.tomcat.max-http-response-header-size";

    private final CloudEventWriter writer;
    private final MemoryBudget budget;
    private final long maxHeaderBytes;

    /** @param maxHeaderBytes the most bytes of the headers of an answer */
    CloudEventAnswers(CloudEventWriter writer, MemoryBudget budget, long maxHeaderBytes) {
        this.writer = writer;
        this.budget = budget;
        this.maxHeaderBytes = maxHeaderBytes;
    }

    @Override
    public void write(FetchedPartition fetched, HttpServletResponse response) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Millrace-Next-Offset", Long.toString(fetched.nextOffset()));
        headers.put("Millrace-Log-Start-Offset", Long.toString(fetched.ends().logStartOffset()));
        headers.put("Millrace-High-Watermark", Long.toString(fetched.ends().highWatermark()));
        write(List.of(fetched), headers, response);
    }

    @Override
    public void write(TopicName topic, Reading.Page page, HttpServletResponse response) throws IOException {
        String cursor = TopicCursor.of(topic, page.next()).text();
        write(page.partitions(), Map.of("Millrace-Cursor", cursor), response);
    }

    @Override
    public void write(Delivery delivery, HttpServletResponse response) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Millrace-Generation", Long.toString(delivery.assignment().generation()));
        headers.put("Millrace-Cursor", delivery.cursor());
        write(delivery.partitions(), headers, response);
    }

    private void write(List<FetchedPartition> partitions, Map<String, String> headers, HttpServletResponse response)
            throws IOException {
        int estimate = MessageAnswers.estimate(partitions);
        try (MemoryBudget.Permit permit = budget.acquire(2L * estimate)) {
            JsonOutput out = new JsonOutput(permit.array(estimate));
            writer.events(out, partitions);
            put(headers, response, "read application/json instead");
            Answers.write(response, HttpServletResponse.SC_OK, CloudEventTypes.BATCH, out);
        }
    }

    @Override
    public void write(TopicPartition partition, StoredRecord record, HttpServletResponse response) throws IOException {
        JsonOutput out = new JsonOutput(MessageAnswers.estimate(record));
        writer.event(out, partition, record);
        Answers.write(response, HttpServletResponse.SC_OK, CloudEventTypes.EVENT, out);
    }

    /**
     * Puts the attributes and the type of an event into the headers of an answer whose body will be its data. Answers
     * whether there was one: a record that holds no event so leaves the answer as it is.
     */
    boolean putHeaders(StoredRecord record, HttpServletResponse response) {
        CloudEventWriter.Binary event = writer.binary(record);
        if (event == null) {
            return false;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        event.attributes()
                .forEach(
                        (name, value) -> headers.put(CloudEventHeaders.PREFIX + name, CloudEventHeaders.encode(value)));
        if (event.contentType() != null) {
            headers.put("Content-Type", event.contentType());
        }
        put(headers, response, "read the event with 'Accept: " + CloudEventTypes.EVENT + "' instead");
        return true;
    }

    /** Larger headers would be the end of the answer, with nothing to tell the client why. */
    private void put(Map<String, String> headers, HttpServletResponse response, String otherwise) {
        long bytes = OTHER_HEADERS_BYTES;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            bytes += header.getKey().length() + header.getValue().length() + 4;
        }
        if (bytes > maxHeaderBytes) {
            throw ProblemException.of(
                    ProblemType.NOT_ACCEPTABLE,
                    "The headers of the answer would take %d bytes; the limit is %s=%d; %s"
                            .formatted(bytes, SETTING, maxHeaderBytes, otherwise));
        }
        headers.forEach(response::setHeader);
    }
}
