package io.millrace.log.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.millrace.log.LogException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes Kafka's clients, each set up for what the engine does with it, and counted. */
final class KafkaClients {

    /** What a record takes beside its key, value and headers, and a batch beside its records, at the most. */
    private static final int OVERHEAD_BYTES = 1024 * 1024;

    /** The most of a partition in one request, of which there is one at a time. */
    private static final int BATCH_BYTES = 128 * 1024;

    /** After this long without a message the producer forgets a topic, and asks for it anew when there is one. */
    private static final int TOPIC_IDLE_MS = 30_000;

    private static final int FETCH_BYTES = 8 * 1024 * 1024;

    /** So many records are decompressed at once, of whatever size; more of them would be read hardly faster. */
    private static final int POLL_RECORDS = 50;

    /** The longest that a broker holds back an answer to who waits; also how long one may take to notice a new interest. */
    private static final int TAIL_WAIT_MS = 25;

    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final KafkaSettings settings;
    private final MeterRegistry meters;
    private final Map<Object, KafkaClientMetrics> counted = Collections.synchronizedMap(new IdentityHashMap<>());

    KafkaClients(KafkaSettings settings, MeterRegistry meters) {
        this.settings = settings;
        this.meters = meters;
    }

    KafkaSettings settings() {
        return settings;
    }

    /** Waits for the cluster no longer than a call may. */
    Admin admin() {
        Map<String, Object> config = common("admin");
        config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMillis());
        config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, timeoutMillis());
        return made(() -> {
            AdminClient admin = AdminClient.create(with(config));
            count(admin, new KafkaClientMetrics(admin));
            return admin;
        });
    }

    /** What is acknowledged is on all in-sync replicas, in order and once; several requests share a batch. */
    KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> config = common("producer");
        // What comes while a request is on its way goes together with the next one, so nobody waits for others to come.
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        // Topics that it has written to and that are gone keep it asking for them, and all writes wait while it does.
        config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, TOPIC_IDLE_MS);
        return producer(config);
    }

    /** A producer whose transactions end those of an earlier one with that id. */
    KafkaProducer<byte[], byte[]> transactional(String id) {
        Map<String, Object> config = common(id);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, timeoutMillis());
        return producer(config);
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> config) {
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, settings.maxMessageBytes() + OVERHEAD_BYTES);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeoutMillis() / 2);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeoutMillis());
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeoutMillis());
        return made(() -> {
            KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(with(config), new ByteArraySerializer(), new ByteArraySerializer());
            count(producer, new KafkaClientMetrics(producer));
            return producer;
        });
    }

    /** A consumer that reads what is there: a broker that has nothing says so at once. */
    KafkaConsumer<byte[], byte[]> fetcher(String name) {
        Map<String, Object> config = consumer(name);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, TAIL_WAIT_MS);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        return consumer(config);
    }

    /** A consumer that looks for new records only, not at them. */
    KafkaConsumer<byte[], byte[]> tail() {
        Map<String, Object> config = consumer("tail");
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, TAIL_WAIT_MS);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 16 * 1024);
        return consumer(config);
    }

    /** A consumer of the group by which the nodes share something out. */
    KafkaConsumer<byte[], byte[]> member(String group, int sessionMillis) {
        Map<String, Object> config = consumer("node");
        // It reads nothing; but it must stand somewhere.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionMillis);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, sessionMillis / 5);
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return consumer(config);
    }

    private Map<String, Object> consumer(String clientId) {
        Map<String, Object> config = common(clientId);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS);
        config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMillis());
        config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, timeoutMillis() / 2);
        return config;
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return made(() -> {
            KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(with(config), new ByteArrayDeserializer(), new ByteArrayDeserializer());
            count(consumer, new KafkaClientMetrics(consumer));
            return consumer;
        });
    }

    private Map<String, Object> common(String clientId) {
        Map<String, Object> config = new HashMap<>();
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, "millrace-" + clientId);
        config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return config;
    }

    private Map<String, Object> with(Map<String, Object> config) {
        config.putAll(settings.properties());
        return config;
    }

    private int timeoutMillis() {
        return (int) settings.requestTimeout().toMillis();
    }

    private void count(Object client, KafkaClientMetrics metrics) {
        metrics.bindTo(meters);
        counted.put(client, metrics);
    }

    /** Closes a client, and counts it no more. */
    void close(Consumer<?, ?> consumer) {
        consumer.close(CloseOptions.timeout(CLOSE));
        uncount(consumer);
    }

    /** Closes a producer; what it still has to send gets so much time. */
    void close(Producer<?, ?> producer, Duration time) {
        producer.close(time);
        uncount(producer);
    }

    void close(Admin admin) {
        admin.close(CLOSE);
        uncount(admin);
    }

    private void uncount(Object client) {
        KafkaClientMetrics metrics = counted.remove(client);
        if (metrics != null) {
            metrics.close();
        }
    }

    private interface Maker<T> {
        T make();
    }

    private <T> T made(Maker<T> maker) {
        try {
            return maker.make();
        } catch (KafkaException failure) {
            throw new LogException.Unavailable(
                    "Kafka at %s cannot be reached: %s"
                            .formatted(settings.bootstrapServers(), KafkaFailures.reason(failure)),
                    failure);
        }
    }
}
