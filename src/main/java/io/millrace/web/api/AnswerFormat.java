package io.millrace.web.api;

import io.millrace.wire.CloudEventTypes;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** How messages are answered, by what the client accepts: in one piece, or one by one as they come. */
enum AnswerFormat {
    JSON("application/json"),
    /** A message object a line. */
    NDJSON("application/x-ndjson"),
    /** Server-Sent Events, as browsers' EventSource reads them. */
    EVENTS("text/event-stream"),
    /** One message as a CloudEvent. */
    CLOUD_EVENT(CloudEventTypes.EVENT),
    /** An array of CloudEvents. */
    CLOUD_EVENTS(CloudEventTypes.BATCH);

    /** How a page of messages is answered, as the server prefers. */
    static final List<AnswerFormat> OF_PAGES = List.of(JSON, NDJSON, EVENTS, CLOUD_EVENTS);

    /** How one message is answered. */
    static final List<AnswerFormat> OF_MESSAGES = List.of(JSON, CLOUD_EVENT);

    /** How a poll of a group member is answered. */
    static final List<AnswerFormat> OF_DELIVERIES = List.of(JSON, NDJSON, EVENTS, CLOUD_EVENTS);

    private final String type;

    AnswerFormat(String type) {
        this.type = type;
    }

    String mediaType() {
        return type;
    }

    boolean isStream() {
        return this == NDJSON || this == EVENTS;
    }

    boolean isCloudEvents() {
        return this == CLOUD_EVENT || this == CLOUD_EVENTS;
    }

    /** The one of these formats that the client likes best, JSON where it takes none of them. */
    static AnswerFormat orJson(HttpServletRequest request, List<AnswerFormat> offered) {
        AnswerFormat best = best(request, offered);
        return best == null ? JSON : best;
    }

    /**
     * The one of these formats that the client likes best; null if it takes none of them. The first where it has no
     * preference.
     */
    static @Nullable AnswerFormat best(HttpServletRequest request, List<AnswerFormat> offered) {
        String accept = request.getHeader("Accept");
        if (accept == null || accept.isBlank()) {
            return JSON;
        }
        AnswerFormat best = null;
        double bestQuality = 0;
        try {
            List<MediaType> accepted = MediaType.parseMediaTypes(accept);
            for (AnswerFormat format : offered) {
                double quality = quality(accepted, MediaType.parseMediaType(format.type));
                if (quality > bestQuality) {
                    best = format;
                    bestQuality = quality;
                }
            }
        } catch (InvalidMediaTypeException unreadable) {
            return accept.contains("*/*") ? JSON : null;
        }
        return best;
    }

    /** The more specific range decides, RFC 9110, section 12.5.1. */
    private static double quality(List<MediaType> accepted, MediaType type) {
        double quality = 0;
        boolean exact = false;
        for (MediaType range : accepted) {
            boolean specific = !range.isWildcardType() && !range.isWildcardSubtype();
            if (range.includes(type) && (specific || !exact)) {
                quality = range.getQualityValue();
                exact = specific;
            }
        }
        return quality;
    }
}
