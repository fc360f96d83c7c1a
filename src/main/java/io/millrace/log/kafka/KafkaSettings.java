package io.millrace.log.kafka;

import java.time.Duration;
import java.util.Map;

/**
 * How a cluster is reached and used.
 *
 * @param bootstrapServers {@code host:port}, comma separated
 * @param properties given to every client as they are, Kafka's own names
 * @param replicationFactor of the topics that are made; -1 is the cluster's default
 * @param requestTimeout how long a call waits for the cluster
 * @param refreshInterval how often it is looked which topics there are
 * @param fetchers how many consumers read for all clients
 * @param maxMessageBytes the largest message that a client may produce, in bytes of key, value and headers
 */
public record KafkaSettings(
        String bootstrapServers,
        Map<String, String> properties,
        short replicationFactor,
        Duration requestTimeout,
        Duration refreshInterval,
        int fetchers,
        int maxMessageBytes) {}
