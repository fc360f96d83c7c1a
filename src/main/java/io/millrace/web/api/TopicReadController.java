package io.millrace.web.api;

import io.millrace.config.MillraceProperties;
import io.millrace.consume.Reading;
import io.millrace.consume.TopicCursor;
import io.millrace.log.LogEngine;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.log.Topic;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.topic.Topics;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.web.QueryParameters;
import io.millrace.wire.MessageTimestamp;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Reading a whole topic without a group: the client carries its own position, the cursor. */
@RestController
final class TopicReadController {

    private static final String FROM = "from";
    private static final String CURSOR = "cursor";

    private final LogEngine log;
    private final Topics topics;
    private final MessageAnswers answers;
    private final ReadAnswers reads;
    private final MillraceProperties properties;

    TopicReadController(
            LogEngine log, Topics topics, MessageAnswers answers, ReadAnswers reads, MillraceProperties properties) {
        this.log = log;
        this.topics = topics;
        this.answers = answers;
        this.reads = reads;
        this.properties = properties;
    }

    @GetMapping("/topics/{topic}/messages")
    void read(@PathVariable String topic, HttpServletRequest request, HttpServletResponse response) throws IOException {
        QueryParameters query = QueryParameters.of(
                request,
                FROM,
                CURSOR,
                ReadQuery.KEY,
                ReadQuery.FOLLOW,
                PollLimits.MAX,
                PollLimits.MAX_BYTES,
                PollLimits.WAIT);
        Topic there = topics.require(new TopicName(topic));
        ReadQuery read = ReadQuery.of(query, request, properties.limits());
        TopicCursor cursor = place(there, query, read);
        Reading reading = read.from(log, there.name(), cursor.positions());
        RecordAnswers pages = answers.in(read.format());
        reads.answer(read, reading, cursor, (page, to) -> pages.write(there.name(), page, to), request, response);
    }

    /** Where to begin: behind what the client has, or where it says, or at the beginning. */
    private TopicCursor place(Topic topic, QueryParameters query, ReadQuery read) {
        TopicCursor resumed = read.resumed(topic.name());
        String carried = query.text(CURSOR);
        if (resumed == null && carried == null) {
            return TopicCursor.of(topic.name(), from(topic, query.text(FROM)));
        }
        if (query.has(FROM) && query.has(CURSOR)) {
            throw ProblemException.of(ProblemType.INVALID_PARAMETER, "Give either 'from' or 'cursor', not both");
        }
        TopicCursor known = resumed != null ? resumed : cursor(topic, String.valueOf(carried));
        return TopicCursor.of(
                topic.name(),
                partitions(topic).stream()
                        .map(partition -> new Position(partition, known.offset(partition.partition())))
                        .toList());
    }

    private static TopicCursor cursor(Topic topic, String text) {
        try {
            return TopicCursor.parse(topic.name(), text);
        } catch (IllegalArgumentException noCursor) {
            throw QueryParameters.wrong(CURSOR, text, "the cursor of an earlier answer");
        }
    }

    private List<Position> from(Topic topic, @Nullable String from) {
        List<TopicPartition> partitions = partitions(topic);
        if (from == null || from.equals("earliest") || from.equals("latest")) {
            boolean latest = "latest".equals(from);
            Map<TopicPartition, PartitionOffsets> ends = log.offsets(partitions);
            return partitions.stream()
                    .filter(ends::containsKey)
                    .map(partition -> new Position(partition, end(ends, partition, latest)))
                    .toList();
        }
        OptionalLong timestamp = MessageTimestamp.parse(from);
        if (timestamp.isEmpty()) {
            throw QueryParameters.wrong(FROM, from, "'earliest', 'latest', or " + MessageTimestamp.EXPECTED);
        }
        return partitions.stream()
                .map(partition -> new Position(partition, log.offsetForTimestamp(partition, timestamp.getAsLong())))
                .toList();
    }

    private static long end(Map<TopicPartition, PartitionOffsets> ends, TopicPartition partition, boolean latest) {
        PartitionOffsets known = ends.getOrDefault(partition, new PartitionOffsets(0, 0, 0));
        return latest ? known.highWatermark() : known.logStartOffset();
    }

    private static List<TopicPartition> partitions(Topic topic) {
        return IntStream.range(0, topic.partitions()).mapToObj(topic::partition).toList();
    }
}
