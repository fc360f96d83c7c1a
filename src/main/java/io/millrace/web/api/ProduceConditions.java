package io.millrace.web.api;

import io.millrace.log.AppendTerms;
import io.millrace.produce.ContentDigest;
import io.millrace.produce.ProduceTerms;
import io.millrace.record.ProducerStamp;
import io.millrace.record.RequestId;
import io.millrace.web.Body;
import io.millrace.web.IdempotencyKey;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.web.QueryParameters;
import io.millrace.web.Quoted;
import io.millrace.web.WholeNumber;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a produce request asks for in its headers and its query besides its messages: to be stored only once
 * (draft-ietf-httpapi-idempotency-key-header), to continue a producer's sequence (KIP-98), or to get an expected offset.
 */
final class ProduceConditions {

    /** The query parameter with the offset that the first message must get. */
    static final String EXPECTED_OFFSET = "expectedOffset";

    /** Tells that the answer is to an earlier request, and that this one has stored nothing. */
    static final String REPLAYED = "Idempotent-Replayed";

    private static final String PRODUCER_ID = "Producer-Id";
    private static final String PRODUCER_EPOCH = "Producer-Epoch";
    private static final String PRODUCER_SEQUENCE = "Producer-Sequence";

    private ProduceConditions() {}

    /** The terms of a request that may name an expected offset. */
    static ProduceTerms of(HttpServletRequest request, QueryParameters query) {
        String expected = query.text(EXPECTED_OFFSET);
        return of(request, expected == null ? AppendTerms.ANY_OFFSET : offset(expected));
    }

    /** The terms of a request that may not. */
    static ProduceTerms of(HttpServletRequest request) {
        return of(request, AppendTerms.ANY_OFFSET);
    }

    private static ProduceTerms of(HttpServletRequest request, long expectedOffset) {
        RequestId id = IdempotencyKey.of(request);
        ProducerStamp producer = producer(request);
        if (id == null && producer == null && expectedOffset == AppendTerms.ANY_OFFSET) {
            return ProduceTerms.NONE;
        }
        if (id != null && producer != null) {
            throw wrong("%s and %s both make repeats harmless; send one of them"
                    .formatted(IdempotencyKey.HEADER, PRODUCER_ID));
        }
        return new ProduceTerms(id, new AppendTerms(expectedOffset, producer));
    }

    private static long offset(String text) {
        try {
            long offset = WholeNumber.parse(text);
            if (offset >= 0) {
                return offset;
            }
        } catch (NumberFormatException noNumber) {
            // The same answer as for a negative one.
        }
        throw QueryParameters.wrong(EXPECTED_OFFSET, text, "an offset, a whole number from 0");
    }

    private static @Nullable ProducerStamp producer(HttpServletRequest request) {
        boolean none = request.getHeader(PRODUCER_ID) == null
                && request.getHeader(PRODUCER_EPOCH) == null
                && request.getHeader(PRODUCER_SEQUENCE) == null;
        return none
                ? null
                : new ProducerStamp(
                        number(request, PRODUCER_ID, Long.MAX_VALUE),
                        (short) number(request, PRODUCER_EPOCH, Short.MAX_VALUE),
                        (int) number(request, PRODUCER_SEQUENCE, Integer.MAX_VALUE));
    }

    private static long number(HttpServletRequest request, String header, long max) {
        String text = request.getHeader(header);
        if (text == null) {
            throw wrong("%s is missing: %s, %s and %s go together"
                    .formatted(header, PRODUCER_ID, PRODUCER_EPOCH, PRODUCER_SEQUENCE));
        }
        try {
            long number = WholeNumber.parse(text);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            // The same answer as for a number that is out of range.
        }
        throw wrong("%s must be a whole number from 0 to %d, and is %s".formatted(header, max, Quoted.text(text)));
    }

    private static ProblemException wrong(String detail) {
        return ProblemException.of(ProblemType.INVALID_PARAMETER, detail);
    }

    /** The digest of all that makes a request what it is, except the topic. */
    static long digest(HttpServletRequest request, Body body) {
        ContentDigest digest = new ContentDigest().add(request.getContentType()).add(request.getQueryString());
        for (String name : new TreeSet<>(Collections.list(request.getHeaderNames()))) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("message-header-") || lower.startsWith("ce-")) {
                digest.add(lower);
                Collections.list(request.getHeaders(name)).forEach(digest::add);
            }
        }
        return digest.add(body.bytes(), body.length()).value();
    }
}
