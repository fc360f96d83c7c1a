package io.millrace.web.api;

import io.millrace.config.MillraceProperties;
import io.millrace.consume.Reading;
import io.millrace.consume.TopicCursor;
import io.millrace.log.FetchPlan;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import io.millrace.topic.Topics;
import io.millrace.web.Problem;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.web.QueryParameters;
import io.millrace.web.WholeNumber;
import io.millrace.wire.RawValue;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Reading without a group: a partition from a place on, and one message. */
@RestController
final class ReadController {

    private static final String OFFSET = "offset";
    private static final String TIMESTAMP = "timestamp";

    private final LogEngine log;
    private final Topics topics;
    private final MessageAnswers answers;
    private final CloudEventAnswers events;
    private final ReadAnswers reads;
    private final MillraceProperties properties;

    ReadController(
            LogEngine log,
            Topics topics,
            MessageAnswers answers,
            CloudEventAnswers events,
            ReadAnswers reads,
            MillraceProperties properties) {
        this.log = log;
        this.topics = topics;
        this.answers = answers;
        this.events = events;
        this.reads = reads;
        this.properties = properties;
    }

    @GetMapping("/topics/{topic}/partitions/{partition}/messages")
    void read(
            @PathVariable String topic,
            @PathVariable String partition,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        QueryParameters query = QueryParameters.of(
                request,
                OFFSET,
                TIMESTAMP,
                ReadQuery.KEY,
                ReadQuery.FOLLOW,
                PollLimits.MAX,
                PollLimits.MAX_BYTES,
                PollLimits.WAIT);
        TopicPartition address = Partitions.find(topics, topic, partition);
        ReadQuery read = ReadQuery.of(query, request, properties.limits());
        TopicCursor resumed = read.resumed(address.topic());
        long start = resumed != null ? resumed.offset(address.partition()) : start(query, address);
        List<Position> positions = List.of(new Position(address, start));
        Reading reading = read.from(log, positions);
        reads.answer(
                read,
                reading,
                TopicCursor.of(address.topic(), positions),
                (page, to) -> answers.in(read.format()).write(page.partitions().getFirst(), to),
                request,
                response);
    }

    /** Where a read begins: the log start, unless the query says otherwise. */
    private long start(QueryParameters query, TopicPartition address) {
        String offset = query.text(OFFSET);
        Long timestamp = query.timestamp(TIMESTAMP);
        if (timestamp != null) {
            if (offset != null) {
                throw ProblemException.of(
                        ProblemType.INVALID_PARAMETER, "Give either 'offset' or 'timestamp', not both");
            }
            return log.offsetForTimestamp(address, timestamp);
        }
        if (offset == null || offset.equals("earliest")) {
            return log.offsets(address).logStartOffset();
        }
        return offset.equals("latest") ? log.offsets(address).highWatermark() : offset(offset, address);
    }

    private long offset(String text, TopicPartition address) {
        try {
            long number = WholeNumber.parse(text);
            if (number >= 0) {
                return number;
            }
            PartitionOffsets ends = log.offsets(address);
            return Math.max(ends.logStartOffset(), ends.highWatermark() + number);
        } catch (NumberFormatException noNumber) {
            throw QueryParameters.wrong(OFFSET, text, "an offset, 'earliest', 'latest', or -N for the last N messages");
        }
    }

    @GetMapping("/topics/{topic}/partitions/{partition}/messages/{offset}")
    void message(
            @PathVariable String topic,
            @PathVariable String partition,
            @PathVariable String offset,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        boolean raw = QueryParameters.of(request, "raw").flag("raw");
        TopicPartition address = Partitions.find(topics, topic, partition);
        StoredRecord record = find(address, offset);
        if (record == null) {
            PartitionOffsets ends = log.offsets(address);
            throw new ProblemException(Problem.of(
                            ProblemType.MESSAGE_NOT_FOUND,
                            "Partition %d of topic '%s' has no message at offset '%s'; it reaches from %d (log start offset) to %d (high watermark)"
                                    .formatted(
                                            address.partition(),
                                            topic,
                                            offset,
                                            ends.logStartOffset(),
                                            ends.highWatermark()))
                    .with("logStartOffset", ends.logStartOffset())
                    .with("highWatermark", ends.highWatermark()));
        }
        if (raw) {
            writeRaw(record, response);
        } else {
            answers.in(AnswerFormat.orJson(request, AnswerFormat.OF_MESSAGES)).write(address, record, response);
        }
    }

    private @Nullable StoredRecord find(TopicPartition address, String offset) {
        try {
            long wanted = WholeNumber.parse(offset);
            List<StoredRecord> found = log.fetch(new FetchPlan(List.of(new Position(address, wanted)), 1, 1))
                    .partitions()
                    .getFirst()
                    .records();
            return found.isEmpty() || found.getFirst().offset() != wanted ? null : found.getFirst();
        } catch (NumberFormatException | LogException.OffsetOutOfRange notThere) {
            return null;
        }
    }

    private void writeRaw(StoredRecord record, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        ByteBuffer value = record.value();
        boolean event = events.putHeaders(record, response);
        if (value == null && !event) {
            Answers.noContent(response);
            return;
        }
        // The type is whatever its producer said: a browser must neither guess another one nor run what it finds.
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "sandbox");
        if (!event) {
            response.setHeader("Content-Type", RawValue.contentType(record));
        }
        response.setContentLength(value == null ? 0 : value.remaining());
        if (value != null) {
            response.getOutputStream().write(value.duplicate());
        }
    }
}
