package io.millrace;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.config.MillraceProperties;
import io.millrace.config.MillraceProperties.Kafka;
import io.millrace.log.LogEngine;
import io.millrace.log.RequestSettings;
import io.millrace.log.kafka.KafkaLogEngine;
import io.millrace.log.kafka.KafkaNodeSettings;
import io.millrace.log.kafka.KafkaOutsideOffsets;
import io.millrace.log.kafka.KafkaSettings;
import io.millrace.log.kafka.KafkaShards;
import io.millrace.metrics.MeteredLogEngine;
import io.millrace.time.Time;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** The parts of a server that keeps its messages in a Kafka cluster, alone or with others. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "millrace.engine", havingValue = "kafka")
class KafkaConfiguration {

    /** What a topic gets that nobody set: a force of every write is not what one asks of a cluster. */
    static final Map<String, String> TOPIC_DEFAULTS = Map.of("durability", "written");

    @Bean
    KafkaLogEngine kafkaLogEngine(MillraceProperties properties, MeterRegistry meters, Time time) {
        Kafka kafka = properties.kafka();
        return new KafkaLogEngine(
                new KafkaSettings(
                        kafka.bootstrapServers(),
                        kafka.properties(),
                        kafka.replicationFactor(),
                        kafka.requestTimeout(),
                        kafka.refreshInterval(),
                        kafka.fetchers(),
                        (int) properties.limits().maxMessageBytes().toBytes()),
                meters,
                time);
    }

    @Bean(destroyMethod = "")
    @Primary
    LogEngine logEngine(KafkaLogEngine engine, MeterRegistry meters, Time time) {
        return new MeteredLogEngine(engine, meters, time);
    }

    @Bean
    KafkaShards shards(
            KafkaLogEngine engine,
            MillraceProperties properties,
            RequestSettings requests,
            Time time,
            WakeUps wakeUps) {
        KafkaNodeSettings node = new KafkaNodeSettings(
                properties.kafka().name(),
                properties.selfUrl(),
                properties.kafka().nodeTimeout());
        return new KafkaShards(engine, node, requests, time, wakeUps);
    }

    @Bean
    KafkaOutsideOffsets outsideOffsets(KafkaLogEngine engine) {
        return new KafkaOutsideOffsets(engine);
    }
}
