package io.millrace.log;

import java.time.Duration;

/**
 * How long, and how many, requests and producers are remembered so that what they repeat is not stored again.
 *
 * @param window for how long after the first try
 * @param maxRequests how many in each partition, of requests and of producers; at least 1
 * @param patience how long a try waits for another one of the same request that is under way
 */
public record RequestSettings(Duration window, int maxRequests, Duration patience) {

    public static final RequestSettings DEFAULTS =
            new RequestSettings(Duration.ofHours(24), 100_000, Duration.ofSeconds(30));
}
