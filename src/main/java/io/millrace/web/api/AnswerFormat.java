package io.millrace.web.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** How messages are answered, by what the client accepts: in one JSON object, or one by one as they come. */
enum AnswerFormat {
    JSON("application/json"),
    /** A message object a line. */
    NDJSON("application/x-ndjson"),
    /** Server-Sent Events, as browsers' EventSource reads them. */
    EVENTS("text/event-stream");

    private final String type;

    AnswerFormat(String type) {
        this.type = type;
    }

    String mediaType() {
        return type;
    }

    boolean isStream() {
        return this != JSON;
    }

    /** The format that the client likes best; null if it takes none of them. JSON where it has no preference. */
    static @Nullable AnswerFormat of(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        if (accept == null || accept.isBlank()) {
            return JSON;
        }
        AnswerFormat best = null;
        double bestQuality = 0;
        try {
            List<MediaType> accepted = MediaType.parseMediaTypes(accept);
            for (AnswerFormat format : values()) {
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
