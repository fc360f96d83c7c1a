package io.millrace.web.api;

import com.github.luben.zstd.ZstdIOException;
import io.millrace.config.MillraceProperties;
import io.millrace.log.LogException;
import io.millrace.produce.LineError;
import io.millrace.produce.ProduceAttempt;
import io.millrace.produce.ProduceStream;
import io.millrace.produce.ProduceTerms;
import io.millrace.produce.Producer;
import io.millrace.record.TopicName;
import io.millrace.time.Time;
import io.millrace.web.ContentDecoding;
import io.millrace.web.MemoryBudget;
import io.millrace.web.Problem;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.web.Problems;
import io.millrace.web.QueryParameters;
import io.millrace.wire.InvalidMessagesException;
import io.millrace.wire.MalformedJsonException;
import io.millrace.wire.MessageError;
import io.millrace.wire.MessageReader;
import io.millrace.wire.ProducedMessage;
import io.millrace.wire.RawOptions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipException;
import org.springframework.stereotype.Component;

/**
 * Produce requests of any length, a message a line: message objects as {@code application/x-ndjson}, or with {@code
 * ?split=lines} the lines of a text as they are. They are stored as they come, in constant memory.
 */
@Component
final class ProduceStreams {

    private static final String NDJSON = "application/x-ndjson";
    private static final String SPLIT = "split";
    private static final byte[] NO_BYTES = {};

    private final Producer producer;
    private final MessageReader reader;
    private final MemoryBudget budget;
    private final Problems problems;
    private final Time time;
    private final int maxLineBytes;

    ProduceStreams(
            Producer producer,
            MessageReader reader,
            MemoryBudget budget,
            Problems problems,
            Time time,
            MillraceProperties properties) {
        this.producer = producer;
        this.reader = reader;
        this.budget = budget;
        this.problems = problems;
        this.time = time;
        this.maxLineBytes = (int) properties.limits().maxRequestBytes().toBytes();
    }

    /** Whether the request is one of these. */
    boolean takes(HttpServletRequest request) {
        return isNdjson(request) || QueryParameters.peek(request, SPLIT) != null;
    }

    private static boolean isNdjson(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null
                && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(NDJSON);
    }

    /** Stores the lines and answers how many were. */
    void produce(TopicName name, HttpServletRequest request, HttpServletResponse response) throws IOException {
        QueryParameters query =
                isNdjson(request) ? QueryParameters.of(request) : QueryParameters.of(request, SPLIT, "partition");
        ProduceTerms terms = ProduceConditions.of(request);
        try (ProduceAttempt attempt = producer.begin(name, terms, time.millis())) {
            LineReader lineReader = isNdjson(request) ? messages() : texts(request, query);
            Answers.write(
                    response, HttpServletResponse.SC_OK, answer(store(name, lineReader, attempt, request, response)));
        }
    }

    private ProduceStream store(
            TopicName name,
            LineReader lineReader,
            ProduceAttempt attempt,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        ProduceStream stream = producer.stream(name, attempt);
        try (Lines lines = new Lines(ContentDecoding.body(request), maxLineBytes, budget)) {
            lines.readAll(new Taker(lineReader, stream));
            stream.finish();
        } catch (ZipException | ZstdIOException broken) {
            stream.finish();
            throw new ProblemException(ContentDecoding.broken(broken).problem().with("accepted", stream.accepted()));
        } catch (LogException failure) {
            // Not the whole request failed: whoever sends it again is to know from where.
            Problem problem = problems.of(failure, request).with("accepted", stream.accepted());
            throw new ProblemException(problem);
        }
        if (stream.isRepeat()) {
            response.setHeader(ProduceConditions.REPLAYED, "true");
        }
        return stream;
    }

    private LineReader messages() {
        return (buffer, from, length) -> reader.readMessage(buffer, from, length, time.millis());
    }

    private LineReader texts(HttpServletRequest request, QueryParameters query) {
        if (!"lines".equals(query.text(SPLIT))) {
            throw QueryParameters.wrong(SPLIT, String.valueOf(query.text(SPLIT)), "lines");
        }
        String type = request.getContentType();
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("text/")) {
            throw ProblemException.of(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "split=lines is for texts: send it with 'Content-Type: text/plain', or JSON messages as " + NDJSON);
        }
        Integer partition = query.has("partition") ? query.integer("partition", 0, 0, Integer.MAX_VALUE) : null;
        RawOptions options = new RawOptions(null, partition, null, List.of());
        return (buffer, from, length) -> {
            byte[] line = Arrays.copyOfRange(buffer, from, from + length);
            return reader.readRaw(line, length, type, options, time.millis());
        };
    }

    /** Makes a message of a line. */
    private interface LineReader {
        ProducedMessage read(byte[] buffer, int from, int length);
    }

    private final class Taker implements Lines.Sink {
        private final LineReader lines;
        private final ProduceStream stream;

        private Taker(LineReader lines, ProduceStream stream) {
            this.lines = lines;
            this.stream = stream;
        }

        @Override
        public void line(long number, byte[] buffer, int from, int length) {
            stream.line(buffer, from, length);
            if (length == 0) {
                return;
            }
            try {
                stream.add(number, lines.read(buffer, from, length));
            } catch (MalformedJsonException e) {
                stream.reject(number, ProblemType.MALFORMED_JSON.code(), String.valueOf(e.getMessage()));
            } catch (InvalidMessagesException e) {
                MessageError error = e.errors().getFirst();
                stream.reject(number, error.code(), error.detail());
            }
        }

        @Override
        public void tooLong(long number) {
            stream.line(NO_BYTES, 0, 0);
            stream.reject(
                    number,
                    MessageError.MESSAGE_TOO_LARGE,
                    "The line is longer than millrace.limits.max-request-bytes, %d".formatted(maxLineBytes));
        }

        @Override
        public void flush() {
            stream.flush();
        }
    }

    private static Map<String, Object> answer(ProduceStream stream) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("accepted", stream.accepted());
        answer.put("rejected", stream.rejected());
        answer.put("errors", stream.errors().stream().map(ProduceStreams::error).toList());
        return answer;
    }

    private static Map<String, Object> error(LineError error) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("line", error.line());
        entry.put("code", error.code());
        entry.put("detail", error.detail());
        return entry;
    }
}
