package io.millrace.config;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * All settings of the server, {@code millrace.*}; one that is not among them stops the start, as a misspelt one should.
 *
 * @param dataDir the directory of topics and committed offsets; made if it is not there
 * @param listener where clients connect
 * @param topics topics that clients do not describe in full
 * @param groups consumer groups
 * @param engine where messages are kept: in the embedded log, or in a Kafka cluster
 * @param log the embedded log
 * @param kafka the Kafka cluster, if the engine is that
 * @param idempotency how requests that are sent again are known again
 * @param limits what clients may ask of the server
 */
@Validated
@ConfigurationProperties(prefix = "millrace", ignoreUnknownFields = false)
public record MillraceProperties(
        @DefaultValue("embedded") Engine engine,
        @DefaultValue("./data") Path dataDir,
        @DefaultValue @Valid Listener listener,
        @DefaultValue @Valid Topics topics,
        @DefaultValue @Valid Groups groups,
        @DefaultValue @Valid Log log,
        @DefaultValue @Valid Kafka kafka,
        @DefaultValue @Valid @NestedConfigurationProperty Idempotency idempotency,
        @DefaultValue @Valid @NestedConfigurationProperty Limits limits) {

    /** Where other servers reach this one, without a slash at the end. */
    public String selfUrl() {
        if (kafka.advertisedUrl() != null) {
            return kafka.advertisedUrl().toString().replaceAll("/+$", "");
        }
        try {
            InetAddress reached =
                    listener.address().isAnyLocalAddress() ? InetAddress.getLocalHost() : listener.address();
            String host = reached.getHostAddress();
            return "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, listener.port());
        } catch (UnknownHostException unknown) {
            throw new IllegalStateException(
                    "This machine does not know its own address: set millrace.kafka.advertised-url", unknown);
        }
    }

    /** Where messages are kept. */
    public enum Engine {
        /** In files of the data directory. */
        EMBEDDED,
        /** In topics of a Kafka cluster. */
        KAFKA
    }

    /**
     * Where clients connect.
     *
     * @param address the local address that is listened on; 0.0.0.0 for all of them
     * @param port the TCP port; 0 for a free one
     * @param keepAliveInterval how often a stream that has nothing to tell shows that it lives
     * @param compression what answers are compressed with for clients that accept it, the best first; none for never
     * @param compressionMinBytes a smaller answer is not compressed
     * @param corsOrigins the origins whose pages may use the API from a browser, as in {@code https://shop.example}; none,
     *     if it is empty, and {@code *} for all
     */
    public record Listener(
            @DefaultValue("127.0.0.1") InetAddress address,
            @DefaultValue("8080") @Min(0) @Max(65_535) int port,

            @DefaultValue("15s") @DurationMin(millis = 100) @DurationMax(hours = 1)
            Duration keepAliveInterval,

            @DefaultValue({"zstd", "gzip"}) List<ContentCoding> compression,
            @DefaultValue("1KB") @SizeRange DataSize compressionMinBytes,
            @DefaultValue List<String> corsOrigins) {

        public Listener {
            compression = List.copyOf(compression);
            corsOrigins = List.copyOf(corsOrigins);
        }
    }

    /**
     * Topics that clients do not describe in full.
     *
     * @param autoCreate whether producing to a topic that is not there creates it
     * @param defaultPartitions how many partitions a topic gets whose creator named no number
     * @param defaults topic settings by Kafka's dotted names ({@code retention.ms}) for topics that do not set them
     */
    public record Topics(
            @DefaultValue("true") boolean autoCreate,
            @DefaultValue("3") @Min(1) int defaultPartitions,
            @DefaultValue Map<String, String> defaults) {

        public Topics {
            defaults = Map.copyOf(defaults);
        }
    }

    /**
     * Consumer groups.
     *
     * @param sessionTimeout how long a member may be silent before it is taken for dead, unless its subscription says
     *     otherwise
     * @param rebalanceTimeout how long a member may keep a partition that is to move, unless its subscription says otherwise
     * @param journalPartitions how many partitions the internal topic has that groups are kept in; counts when the topic
     *     is made, at the first start
     * @param offsetsRetention how long a group is remembered in which nobody is a member and nothing is committed
     */
    public record Groups(
            @DefaultValue("45s") @DurationMin(millis = 100) @DurationMax(days = 1)
            Duration sessionTimeout,

            @DefaultValue("60s") @DurationMin(millis = 100) @DurationMax(days = 1)
            Duration rebalanceTimeout,

            @DefaultValue("4") @Min(1) @Max(1000) int journalPartitions,

            @DefaultValue("7d") @DurationMin(minutes = 1) @DurationMax(days = 36_500)
            Duration offsetsRetention) {}

    /**
     * The Kafka cluster that messages are kept in if {@code millrace.engine} is {@code kafka}.
     *
     * @param bootstrapServers where the cluster is, {@code host:port}, comma separated
     * @param properties given to Kafka's clients as they are, under Kafka's own names, as in {@code
     *     millrace.kafka.properties.security.protocol=SASL_SSL}
     * @param replicationFactor how many brokers keep each partition of a topic that is made; -1 is the cluster's default
     * @param requestTimeout how long a request waits for the cluster
     * @param refreshInterval how often it is looked which topics others have made, changed or deleted
     * @param fetchers how many consumers read from the cluster for all clients together
     * @param name what the internal topics, groups and transactions of this installation begin with; all Millrace servers
     *     of one name share their consumer groups
     * @param advertisedUrl where the other Millrace servers on the cluster reach this one; unset, its address and port
     * @param nodeTimeout how long a Millrace server may be silent before the others take over its groups; the cluster's
     *     {@code group.min.session.timeout.ms} is the least that it accepts
     */
    public record Kafka(
            @DefaultValue("localhost:9092") String bootstrapServers,
            @DefaultValue Map<String, String> properties,

            @DefaultValue("-1") @Min(-1) @Max(Short.MAX_VALUE)
            short replicationFactor,

            @DefaultValue("30s") @DurationMin(seconds = 1) @DurationMax(minutes = 10)
            Duration requestTimeout,

            @DefaultValue("5s") @DurationMin(millis = 100) @DurationMax(hours = 1)
            Duration refreshInterval,

            @DefaultValue("4") @Min(1) @Max(1000) int fetchers,

            @DefaultValue("millrace") @Pattern(regexp = "[a-zA-Z0-9._-]{1,100}")
            String name,

            @Nullable URI advertisedUrl,

            @DefaultValue("6s") @DurationMin(seconds = 1) @DurationMax(minutes = 30)
            Duration nodeTimeout) {

        public Kafka {
            properties = Map.copyOf(properties);
        }
    }

    /**
     * The embedded log.
     *
     * @param checkpointInterval how often it is noted down up to where the log is known to be on disk; the longer, the
     *     more is read again after a crash
     * @param cleanerInterval how often it is looked whether a topic that is compacted has something to clean
     * @param cleanerBuffer the memory that compaction may take while it works, 36 bytes for each key that has come since the
     *     last time; where there are more keys, a partition is cleaned in several goes
     */
    public record Log(
            @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(days = 1)
            Duration checkpointInterval,

            @DefaultValue("15s") @DurationMin(millis = 100) @DurationMax(days = 1)
            Duration cleanerInterval,

            @DefaultValue("32MB") @SizeRange(min = "1MB") DataSize cleanerBuffer) {}
}
