package io.millrace.log.kafka;

import java.time.Duration;

/**
 * How this server is one of several on a cluster.
 *
 * @param name the installation that it belongs to; those of one name share groups
 * @param advertisedUrl where the other servers reach this one, as in {@code http://10.0.0.3:8080}
 * @param timeout how long a server may be silent before the others take over its groups
 */
public record KafkaNodeSettings(String name, String advertisedUrl, Duration timeout) {}
