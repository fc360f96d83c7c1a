package io.millrace.web.api;

import static java.util.Objects.requireNonNull;

import io.millrace.produce.BatchOutcome;
import io.millrace.produce.ProduceAttempt;
import io.millrace.produce.ProduceTerms;
import io.millrace.produce.Producer;
import io.millrace.record.RecordHeader;
import io.millrace.record.TopicName;
import io.millrace.time.Time;
import io.millrace.web.Body;
import io.millrace.web.BodyReader;
import io.millrace.web.Problem;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.web.Problems;
import io.millrace.web.QueryParameters;
import io.millrace.wire.InvalidMessagesException;
import io.millrace.wire.JsonOutput;
import io.millrace.wire.MessageError;
import io.millrace.wire.MessageReader;
import io.millrace.wire.ProduceAnswers;
import io.millrace.wire.ProduceRequest;
import io.millrace.wire.ProducedMessage;
import io.millrace.wire.ProducedOffset;
import io.millrace.wire.RawOptions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Producing: one message or event, a batch, or a body that is itself the value. */
@RestController
final class ProduceController {

    static final String PATH = "/topics/{topic}/messages";

    private static final String HEADER_PREFIX = "message-header-";
    private static final String KEY = "key";
    private static final String PARTITION = "partition";
    private static final String TIMESTAMP = "timestamp";
    private static final String OCTETS = "application/octet-stream";
    private static final int SINGLE_ANSWER_BYTES = 384;

    /** RFC 4918, section 11.1: of several things that were asked for, some were done and some were not. */
    private static final int MULTI_STATUS = 207;

    private final BodyReader bodies;
    private final MessageReader reader;
    private final CloudEventRequests events;
    private final Producer producer;
    private final ProduceStreams streams;
    private final Problems problems;
    private final Time time;

    ProduceController(
            BodyReader bodies,
            MessageReader reader,
            CloudEventRequests events,
            Producer producer,
            ProduceStreams streams,
            Problems problems,
            Time time) {
        this.bodies = bodies;
        this.reader = reader;
        this.events = events;
        this.producer = producer;
        this.streams = streams;
        this.problems = problems;
        this.time = time;
    }

    @PostMapping(PATH)
    void produce(@PathVariable String topic, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        TopicName name = new TopicName(topic);
        boolean event = CloudEventRequests.isEvent(request);
        if (!event && streams.takes(request)) {
            streams.produce(name, request, response);
            return;
        }
        // The records that are read are views of the body, so it is held until they are stored.
        try (Body body = bodies.read(request)) {
            String type = request.getContentType();
            boolean several = CloudEventRequests.isBatch(request);
            boolean json = !event && !several && type != null && JsonRequests.isJson(type);
            QueryParameters query = json || several
                    ? QueryParameters.of(request, ProduceConditions.EXPECTED_OFFSET)
                    : QueryParameters.of(request, KEY, PARTITION, TIMESTAMP, ProduceConditions.EXPECTED_OFFSET);
            ProduceTerms terms = ProduceConditions.of(request, query);
            try (ProduceAttempt attempt = producer.begin(name, terms, time.millis())) {
                if (attempt.isOnce()) {
                    attempt.check(ProduceConditions.digest(request, body));
                }
                if (event) {
                    RawOptions options = options(query, request);
                    single(name, events.read(body, request, options, attempt.timeMillis()), attempt, response);
                } else if (several) {
                    batchOfEvents(name, body, attempt, request, response);
                } else if (json) {
                    json(name, body, attempt, request, response);
                } else {
                    String raw = type == null ? OCTETS : type;
                    single(name, raw(body, raw, query, request, attempt.timeMillis()), attempt, response);
                }
            }
        }
    }

    private void json(
            TopicName name, Body body, ProduceAttempt attempt, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        refuseMessageHeaders(request);
        switch (reader.readJson(body.bytes(), body.length(), attempt.timeMillis())) {
            case ProduceRequest.Single(ProducedMessage message) -> single(name, message, attempt, response);
            case ProduceRequest.Batch(List<ProducedMessage> messages) ->
                batch(name, messages, attempt, request, response);
        }
    }

    /** Those of JSON messages stand in the body; to drop the others in silence would lose what somebody meant to keep. */
    private static void refuseMessageHeaders(HttpServletRequest request) {
        for (String name : Collections.list(request.getHeaderNames())) {
            if (isMessageHeader(name)) {
                throw ProblemException.of(
                        ProblemType.INVALID_MESSAGE,
                        "%s goes with a body that is the value itself, or one event; a message in JSON has its headers in the field 'headers'"
                                .formatted(name));
            }
        }
    }

    private static boolean isMessageHeader(String name) {
        return name.regionMatches(true, 0, HEADER_PREFIX, 0, HEADER_PREFIX.length());
    }

    private void single(TopicName name, ProducedMessage message, ProduceAttempt attempt, HttpServletResponse response)
            throws IOException {
        BatchOutcome outcome = producer.produce(name, message, attempt);
        ProducedOffset stored = requireNonNull(outcome.offsets().getFirst());
        tellRepeat(outcome, response);
        response.setHeader(
                "Location", "/topics/" + name + "/partitions/" + stored.partition() + "/messages/" + stored.offset());
        JsonOutput out = new JsonOutput(SINGLE_ANSWER_BYTES);
        ProduceAnswers.single(out, name, stored);
        Answers.write(response, HttpServletResponse.SC_CREATED, out);
    }

    private void batch(
            TopicName name,
            List<ProducedMessage> messages,
            ProduceAttempt attempt,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        BatchOutcome outcome = producer.produceAll(name, messages, attempt);
        tellRepeat(outcome, response);
        List<MessageError> errors = outcome.failures().entrySet().stream()
                .limit(InvalidMessagesException.MAX_ERRORS)
                .map(failure -> error(failure.getKey(), problems.of(failure.getValue(), request)))
                .toList();
        JsonOutput out = new JsonOutput(64 * messages.size() + 16);
        ProduceAnswers.batch(out, outcome.offsets(), errors);
        Answers.write(response, errors.isEmpty() ? HttpServletResponse.SC_OK : MULTI_STATUS, out);
    }

    private static void tellRepeat(BatchOutcome outcome, HttpServletResponse response) {
        if (outcome.isRepeat()) {
            response.setHeader(ProduceConditions.REPLAYED, "true");
        }
    }

    private void batchOfEvents(
            TopicName name, Body body, ProduceAttempt attempt, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        refuseMessageHeaders(request);
        List<ProducedMessage> messages = events.readBatch(body, request, attempt.timeMillis());
        if (messages.isEmpty()) {
            // CloudEvents 1.0, HTTP Protocol Binding, section 3.3.2, allows it; there is nothing to do.
            Answers.write(response, HttpServletResponse.SC_OK, Map.of("offsets", List.of()));
        } else {
            batch(name, messages, attempt, request, response);
        }
    }

    private static MessageError error(int index, Problem problem) {
        return new MessageError(index, problem.type().code(), problem.detail());
    }

    private ProducedMessage raw(
            Body body, String type, QueryParameters query, HttpServletRequest request, long nowMillis) {
        String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (bare.equals("application/json")) {
            throw ProblemException.of(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "'%s' is not understood; send application/json in UTF-8: one message, or {\"messages\": [...]}"
                            .formatted(type));
        }
        return reader.readRaw(body.bytes(), body.length(), type, options(query, request), nowMillis);
    }

    /** Where a body that is a value or an event is to go. */
    private static RawOptions options(QueryParameters query, HttpServletRequest request) {
        String key = query.text(KEY);
        return new RawOptions(
                key == null ? null : ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)),
                query.has(PARTITION) ? query.integer(PARTITION, 0, 0, Integer.MAX_VALUE) : null,
                query.timestamp(TIMESTAMP),
                headers(request));
    }

    private static List<RecordHeader> headers(HttpServletRequest request) {
        List<RecordHeader> headers = new ArrayList<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            if (isMessageHeader(name)) {
                for (String value : Collections.list(request.getHeaders(name))) {
                    // The container reads header values as ISO-8859-1; what clients send today is UTF-8.
                    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
                    headers.add(new RecordHeader(name.substring(HEADER_PREFIX.length()), ByteBuffer.wrap(bytes)));
                }
            }
        }
        return headers;
    }
}
