package io.millrace.log.kafka;

import io.millrace.log.LogException;
import io.millrace.record.TopicName;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** What Kafka's errors are to whoever asked. What is not known to be final may be tried again. */
final class KafkaFailures {

    private KafkaFailures() {}

    /**
     * The failure of a call.
     *
     * @param doing what was tried, as in "write to"
     */
    static LogException of(Throwable failure, String doing, TopicName topic) {
        return switch (unwrapped(failure)) {
            case LogException e -> e;
            case UnknownTopicOrPartitionException _, UnknownTopicIdException _ -> new LogException.TopicNotFound(topic);
            case TopicExistsException _ -> new LogException.TopicExists(topic);
            case RecordTooLargeException e -> new LogException.RecordTooLarge(0, reason(e));
            case AuthorizationException e ->
                new LogException.Forbidden(
                        "Kafka does not allow this server to %s topic '%s': %s".formatted(doing, topic, reason(e)), e);
            case AuthenticationException e -> unavailable("%s topic '%s'".formatted(doing, topic), e);
            case UnsupportedVersionException e ->
                new LogException.Unsupported(
                        "This Kafka cluster is too old to %s topic '%s': %s".formatted(doing, topic, reason(e)));
            case Throwable e
            when breaksARule(e) ->
                new LogException.Refused("Kafka refuses to %s topic '%s': %s".formatted(doing, topic, reason(e)), e);
            case Throwable e -> unavailable("%s topic '%s'".formatted(doing, topic), e);
        };
    }

    private static boolean breaksARule(Throwable failure) {
        return failure instanceof InvalidTopicException
                || failure instanceof InvalidConfigurationException
                || failure instanceof InvalidPartitionsException
                || failure instanceof InvalidReplicationFactorException
                || failure instanceof InvalidRequestException
                || failure instanceof InvalidTimestampException
                || failure instanceof PolicyViolationException;
    }

    /** The failure of a call that concerns no one topic. */
    static LogException of(Throwable failure, String doing) {
        return switch (unwrapped(failure)) {
            case LogException e -> e;
            case AuthorizationException e ->
                new LogException.Forbidden("Kafka does not allow this server to %s: %s".formatted(doing, reason(e)), e);
            case Throwable e -> unavailable(doing, e);
        };
    }

    private static LogException unavailable(String doing, Throwable why) {
        String detail = why instanceof AuthenticationException
                ? "Kafka refuses the credentials in millrace.kafka.properties: %s".formatted(reason(why))
                : "Kafka did not answer in time, or not as hoped, when asked to %s: %s".formatted(doing, reason(why));
        return new LogException.Unavailable(detail, why);
    }

    /** What a future of Kafka's comes to. */
    static <T> T get(Future<T> future, String doing, @Nullable TopicName topic) {
        try {
            return future.get();
        } catch (ExecutionException failure) {
            throw topic == null ? of(failure, doing) : of(failure, doing, topic);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LogException.Unavailable("The server is shutting down", stopped);
        }
    }

    static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean wrapper = failure instanceof ExecutionException || failure instanceof CompletionException;
        return wrapper && cause != null ? cause : failure;
    }

    static String reason(Throwable failure) {
        String message = failure.getMessage();
        Throwable cause = failure.getCause();
        String reason = message == null ? failure.getClass().getSimpleName() : message;
        return cause == null || cause.getMessage() == null || reason.contains(cause.getMessage())
                ? reason
                : reason + " (" + cause.getMessage() + ")";
    }
}
