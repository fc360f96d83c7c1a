package io.millrace.web.api;

import io.millrace.config.Limits;
import io.millrace.web.QueryParameters;
import java.time.Duration;

/**
 * How much a poll may answer with, and how long it may wait for it.
 *
 * @param maxRecords the most messages
 * @param maxBytes the most bytes of their keys, values and headers
 * @param maxWait how long to wait for the first one
 */
record PollLimits(int maxRecords, long maxBytes, Duration maxWait) {

    static final String MAX = "max";
    static final String MAX_BYTES = "maxBytes";
    static final String WAIT = "wait";

    private static final int DEFAULT_MAX = 500;
    private static final long DEFAULT_MAX_BYTES = 1024 * 1024;

    static PollLimits of(QueryParameters query, Limits limits) {
        long mostBytes = limits.maxPollBytes().toBytes();
        return new PollLimits(
                query.integer(
                        MAX,
                        Math.min(DEFAULT_MAX, limits.maxPollMessages()),
                        1,
                        limits.maxPollMessages(),
                        "millrace.limits.max-poll-messages"),
                query.bytes(
                        MAX_BYTES, Math.min(DEFAULT_MAX_BYTES, mostBytes), mostBytes, "millrace.limits.max-poll-bytes"),
                query.duration(WAIT, Duration.ZERO, limits.maxPollWait(), "millrace.limits.max-poll-wait"));
    }
}
