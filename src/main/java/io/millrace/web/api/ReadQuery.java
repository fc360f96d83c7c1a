package io.millrace.web.api;

import io.millrace.config.Limits;
import io.millrace.consume.Reading;
import io.millrace.consume.TopicCursor;
import io.millrace.log.LogEngine;
import io.millrace.log.Position;
import io.millrace.record.TopicName;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.web.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What reads without a group have in common: how much, in which format, of which key, and whether it goes on.
 *
 * @param follow whether a stream goes on when all that is there was given
 * @param total the most messages of a stream
 * @param key what messages must have as their key; null for all
 * @param lastEvent the id of the last event that the client has; null if it begins anew
 */
record ReadQuery(
        PollLimits limits,
        AnswerFormat format,
        boolean follow,
        long total,
        @Nullable ByteBuffer key,
        @Nullable String lastEvent) {

    static final String KEY = "key";
    static final String FOLLOW = "follow";
    static final String LAST_EVENT = "Last-Event-ID";

    static ReadQuery of(QueryParameters query, HttpServletRequest request, Limits allowed) {
        PollLimits limits = PollLimits.of(query, allowed);
        AnswerFormat format = AnswerFormat.orJson(request, AnswerFormat.OF_PAGES);
        if (!format.isStream() && query.flag(FOLLOW)) {
            throw ProblemException.of(
                    ProblemType.INVALID_PARAMETER,
                    "follow=true goes with 'Accept: application/x-ndjson' or 'Accept: text/event-stream'; for pages, ask again from where the answer ended, with 'wait'");
        }
        String key = query.text(KEY);
        String lastEvent = request.getHeader(LAST_EVENT);
        return new ReadQuery(
                limits,
                format,
                query.has(FOLLOW) ? query.flag(FOLLOW) : format == AnswerFormat.EVENTS,
                query.has(PollLimits.MAX) ? limits.maxRecords() : Long.MAX_VALUE,
                key == null ? null : ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)),
                lastEvent == null || lastEvent.isEmpty() ? null : lastEvent);
    }

    boolean isStream() {
        return format.isStream();
    }

    /** Where a client that lost its connection goes on; null if it did not. */
    @Nullable
    TopicCursor resumed(TopicName topic) {
        if (lastEvent == null) {
            return null;
        }
        try {
            return TopicCursor.parse(topic, lastEvent);
        } catch (IllegalArgumentException noCursor) {
            throw ProblemException.of(
                    ProblemType.INVALID_PARAMETER, LAST_EVENT + " is not the id of an event of this topic");
        }
    }

    /** Reads these partitions. */
    Reading from(LogEngine log, List<Position> positions) {
        return new Reading(log, positions, limits.maxRecords(), limits.maxBytes(), key, null);
    }

    /** Reads a whole topic. */
    Reading from(LogEngine log, TopicName topic, List<Position> positions) {
        return new Reading(log, positions, limits.maxRecords(), limits.maxBytes(), key, topic);
    }
}
