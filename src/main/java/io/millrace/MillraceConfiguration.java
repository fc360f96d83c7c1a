package io.millrace;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.config.Idempotency;
import io.millrace.config.Limits;
import io.millrace.config.MillraceProperties;
import io.millrace.config.MillraceProperties.Engine;
import io.millrace.consume.LongPoll;
import io.millrace.consume.WaitingPolls;
import io.millrace.group.GroupAdmin;
import io.millrace.group.GroupCoordinator;
import io.millrace.group.GroupPolls;
import io.millrace.group.GroupSettings;
import io.millrace.group.TimeLags;
import io.millrace.log.InvalidSettingException;
import io.millrace.log.LogEngine;
import io.millrace.log.OutsideOffsets;
import io.millrace.log.RequestSettings;
import io.millrace.log.Shards;
import io.millrace.log.TopicSetting;
import io.millrace.log.TopicSettings;
import io.millrace.metrics.LagMetrics;
import io.millrace.produce.Producer;
import io.millrace.time.SystemTimer;
import io.millrace.time.Time;
import io.millrace.time.Timer;
import io.millrace.topic.TopicPolicy;
import io.millrace.topic.Topics;
import io.millrace.wire.CloudEventReader;
import io.millrace.wire.CloudEventWriter;
import io.millrace.wire.MessageLimits;
import io.millrace.wire.MessageReader;
import io.millrace.wire.MessageWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts together, and hands them the world outside: time, chance, threads and the disk. */
@Configuration(proxyBeanMethods = false)
class MillraceConfiguration {

    @Bean
    Time time() {
        return Time.system();
    }

    @Bean
    Timer timer() {
        return new SystemTimer("millrace-timer");
    }

    @Bean
    RandomGenerator random() {
        return new SecureRandom();
    }

    @Bean
    WakeUps wakeUps() {
        return new WakeUps(Duration.ofSeconds(10));
    }

    @Bean
    Topics topics(LogEngine log, MillraceProperties properties) {
        Limits limits = properties.limits();
        int maxMessageBytes = (int) limits.maxMessageBytes().toBytes();
        return new Topics(
                log,
                new TopicPolicy(
                        properties.topics().autoCreate(),
                        properties.topics().defaultPartitions(),
                        defaults(properties.engine(), properties.topics().defaults(), maxMessageBytes),
                        maxMessageBytes,
                        limits.maxTopics(),
                        limits.maxPartitions(),
                        limits.maxPartitionsPerTopic()));
    }

    private static TopicSettings defaults(Engine engine, Map<String, String> given, int maxMessageBytes) {
        try {
            return TopicSettings.DEFAULTS
                    .with(engine == Engine.KAFKA ? KafkaConfiguration.TOPIC_DEFAULTS : Map.of())
                    .with(Map.of(TopicSetting.MAX_MESSAGE_BYTES.key(), Integer.toString(maxMessageBytes)))
                    .with(given);
        } catch (InvalidSettingException e) {
            throw new InvalidConfigurationPropertyValueException("millrace.topics.defaults", given, e.getMessage());
        }
    }

    @Bean
    MessageLimits messageLimits(MillraceProperties properties) {
        Limits limits = properties.limits();
        return new MessageLimits(
                (int) limits.maxMessageBytes().toBytes(),
                limits.maxMessagesPerRequest(),
                limits.maxHeadersPerMessage());
    }

    @Bean
    MessageReader messageReader(MessageLimits limits) {
        return new MessageReader(limits);
    }

    @Bean
    CloudEventReader cloudEventReader(MessageLimits limits) {
        return new CloudEventReader(limits);
    }

    @Bean
    MessageWriter messageWriter(MillraceProperties properties) {
        // All that is in the embedded log has come through MessageReader.
        return new MessageWriter(properties.engine() != Engine.EMBEDDED);
    }

    @Bean
    RequestSettings requestSettings(MillraceProperties properties) {
        Idempotency idempotency = properties.idempotency();
        return new RequestSettings(idempotency.window(), idempotency.maxRequests(), idempotency.patience());
    }

    @Bean
    CloudEventWriter cloudEventWriter(MillraceProperties properties) {
        return new CloudEventWriter(properties.engine() != Engine.EMBEDDED);
    }

    @Bean
    Producer producer(LogEngine log, Topics topics) {
        return new Producer(log, topics, bound -> ThreadLocalRandom.current().nextInt(bound));
    }

    @Bean
    WaitingPolls waitingPolls(MillraceProperties properties) {
        return new WaitingPolls(properties.limits().waitingPolls());
    }

    @Bean
    LongPoll.Waiting waiting(LogEngine log, Time time, Timer timer, WakeUps wakeUps, WaitingPolls polls) {
        return new LongPoll.Waiting(log, time, timer, wakeUps, polls);
    }

    @Bean
    GroupCoordinator groupCoordinator(
            LogEngine log,
            Shards shards,
            OutsideOffsets outside,
            Time time,
            Timer timer,
            WakeUps wakeUps,
            RandomGenerator random,
            MillraceProperties properties) {
        return new GroupCoordinator(
                log,
                shards,
                outside,
                time,
                timer,
                wakeUps,
                random,
                new GroupSettings(
                        properties.groups().journalPartitions(),
                        properties.limits().maxGroups(),
                        properties.limits().maxMembersPerGroup(),
                        properties.groups().offsetsRetention()));
    }

    @Bean
    GroupAdmin groupAdmin(GroupCoordinator groups, LogEngine log, OutsideOffsets outside) {
        return new GroupAdmin(groups, log, outside);
    }

    @Bean
    TimeLags timeLags(LogEngine log, Time time) {
        return new TimeLags(log, time);
    }

    @Bean
    LagMetrics lagMetrics(GroupCoordinator groups, TimeLags timeLags, WaitingPolls polls, MeterRegistry meters) {
        return new LagMetrics(groups, timeLags, polls, meters);
    }

    @Bean
    GroupPolls groupPolls(GroupCoordinator groups, LongPoll.Waiting waiting) {
        return new GroupPolls(groups, waiting);
    }
}
