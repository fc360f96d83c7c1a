package io.millrace.web.api;

import io.millrace.web.Body;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.wire.CloudEventReader;
import io.millrace.wire.CloudEventTypes;
import io.millrace.wire.ProducedMessage;
import io.millrace.wire.RawOptions;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Produce requests that are events, in the three modes of CloudEvents 1.0, HTTP Protocol Binding. */
@Component
final class CloudEventRequests {

    private final CloudEventReader reader;

    CloudEventRequests(CloudEventReader reader) {
        this.reader = reader;
    }

    /** Whether the request is one event: as JSON, or in headers with its data as the body. */
    static boolean isEvent(HttpServletRequest request) {
        String type = request.getContentType();
        boolean envelope = type != null && CloudEventTypes.isEnvelope(type);
        // The headers may be there besides an envelope (section 3.2.3), which holds all that they say.
        return envelope ? CloudEventTypes.isEvent(type) : CloudEventHeaders.areIn(request);
    }

    /** Whether the request is an array of events. */
    static boolean isBatch(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null && CloudEventTypes.isBatch(type);
    }

    /** Reads the one event of a request; {@code nowMillis} is its timestamp unless it has one. */
    ProducedMessage read(Body body, HttpServletRequest request, RawOptions options, long nowMillis) {
        String type = request.getContentType();
        if (type != null && CloudEventTypes.isEvent(type)) {
            checkCharset(type);
            return reader.readStructured(body.bytes(), body.length(), options, nowMillis);
        }
        return reader.readBinary(
                body.bytes(),
                body.length(),
                type,
                CloudEventHeaders.read(request),
                CloudEventHeaders.LABEL,
                options,
                nowMillis);
    }

    /** Reads the events of a batch, of which there may be none. */
    List<ProducedMessage> readBatch(Body body, HttpServletRequest request, long nowMillis) {
        checkCharset(request.getContentType());
        return reader.readBatch(body.bytes(), body.length(), nowMillis);
    }

    private static void checkCharset(@Nullable String type) {
        try {
            MediaType parsed = MediaType.parseMediaType(String.valueOf(type));
            if (parsed.getCharset() == null || StandardCharsets.UTF_8.equals(parsed.getCharset())) {
                return;
            }
        } catch (InvalidMediaTypeException unreadable) {
            // The same answer as for another charset.
        }
        throw ProblemException.of(
                ProblemType.UNSUPPORTED_MEDIA_TYPE, "'%s' is not understood; send events in UTF-8".formatted(type));
    }
}
