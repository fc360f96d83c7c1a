package io.millrace.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.log.LogException;
import io.millrace.record.TopicName;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaFailuresTests {

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(new UnknownTopicOrPartitionException("x"), LogException.TopicNotFound.class),
                arguments(new TopicExistsException("x"), LogException.TopicExists.class),
                arguments(new RecordTooLargeException("x"), LogException.RecordTooLarge.class),
                arguments(new TopicAuthorizationException("x"), LogException.Forbidden.class),
                arguments(new InvalidReplicationFactorException("x"), LogException.Refused.class),
                arguments(new InvalidTimestampException("x"), LogException.Refused.class),
                arguments(new PolicyViolationException("x"), LogException.Refused.class),
                arguments(new UnsupportedVersionException("x"), LogException.Unsupported.class),
                arguments(new NotEnoughReplicasException("x"), LogException.Unavailable.class),
                arguments(new NotLeaderOrFollowerException("x"), LogException.Unavailable.class),
                arguments(new TimeoutException("x"), LogException.Unavailable.class),
                arguments(new UnknownServerException("x"), LogException.Unavailable.class),
                arguments(new SaslAuthenticationException("x"), LogException.Unavailable.class));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachFailureOfKafkaIsOneOfTheLog(Exception kafka, Class<? extends LogException> ours) {
        TopicName topic = new TopicName("orders");
        assertThat(KafkaFailures.of(kafka, "write to", topic)).isExactlyInstanceOf(ours);
        assertThat(KafkaFailures.of(new ExecutionException(kafka), "write to", topic))
                .isExactlyInstanceOf(ours);
    }
}
