package io.millrace.web;

import io.millrace.consume.TooManyWaitingPolls;
import io.millrace.group.GroupException;
import io.millrace.log.InvalidSettingException;
import io.millrace.log.LogException;
import io.millrace.record.InvalidNameException;
import io.millrace.topic.TopicLimitReached;
import io.millrace.wire.InvalidMessagesException;
import io.millrace.wire.MalformedJsonException;
import io.millrace.wire.MessageError;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Turns every failure into the problem that the client gets. Spring asks it first, whatever handler failed; code that
 * answers later, on another thread, calls {@link #write} or {@link #of}.
 */
public final class Problems implements HandlerExceptionResolver, Ordered {

    /** Space comes back when somebody makes some, which takes longer than a passing overload. */
    private static final int NO_SPACE_RETRY_SECONDS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final RandomGenerator random;

    /**
     * Problems whose ids come from {@code random}.
     *
     * @param random makes the ids by which an internal error is found in the log; used by many threads
     */
    public Problems(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception exception) {
        try {
            write(exception, request, response);
        } catch (IOException e) {
            LOG.debug("The client went before it got its answer", e);
        }
        return new ModelAndView();
    }

    /** Answers a request that failed, unless its client has gone, which is nobody's failure, or its answer has begun. */
    public void write(Throwable failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!clientHasGone(failure)) {
            of(failure, request).write(request, response);
        }
    }

    /** The problem that a failure is to a client. One that nobody foresaw is logged here, with its stack trace. */
    public Problem of(Throwable failure, HttpServletRequest request) {
        Throwable cause = unwrapped(failure);
        Problem problem = switch (cause) {
            case ProblemException e -> e.problem();
            case LogException e -> ofLog(e, request);
            case GroupException e -> ofGroup(e);
            case TooManyWaitingPolls e -> Problem.of(ProblemType.TOO_MANY_WAITING_POLLS, message(e));
            case TopicLimitReached e -> Problem.of(ProblemType.LIMIT_REACHED, message(e));
            case InvalidNameException e -> Problem.of(ProblemType.INVALID_TOPIC, message(e));
            case InvalidSettingException e -> Problem.of(ProblemType.INVALID_TOPIC, message(e));
            case MalformedJsonException e ->
                Problem.of(ProblemType.MALFORMED_JSON, message(e))
                        .with("line", e.line())
                        .with("column", e.column());
            case InvalidMessagesException e -> ofMessages(e);
            default -> {
                Problem known = SpringProblems.of(cause, request);
                yield known != null ? known : internalError(cause, request);
            }
        };
        return problem.withInstance(request.getRequestURI());
    }

    private Problem ofLog(LogException failure, HttpServletRequest request) {
        return switch (failure) {
            case LogException.TopicNotFound e -> Problem.of(ProblemType.TOPIC_NOT_FOUND, message(e));
            case LogException.PartitionNotFound e -> Problem.of(ProblemType.PARTITION_NOT_FOUND, message(e));
            case LogException.TopicExists e -> Problem.of(ProblemType.TOPIC_EXISTS, message(e));
            case LogException.FewerPartitions e -> Problem.of(ProblemType.INVALID_TOPIC, message(e));
            case LogException.OffsetOutOfRange e ->
                Problem.of(ProblemType.OFFSET_OUT_OF_RANGE, message(e))
                        .with("logStartOffset", e.ends().logStartOffset())
                        .with("highWatermark", e.ends().highWatermark());
            case LogException.RecordTooLarge e -> Problem.of(ProblemType.MESSAGE_TOO_LARGE, message(e));
            case LogException.RecordWithoutKey e -> Problem.of(ProblemType.INVALID_MESSAGE, message(e));
            case LogException.UnexpectedOffset e ->
                Problem.of(ProblemType.UNEXPECTED_OFFSET, message(e)).with("endOffset", e.endOffset());
            case LogException.StaleProducerEpoch e ->
                Problem.of(ProblemType.STALE_PRODUCER_EPOCH, message(e)).with("currentEpoch", e.epoch());
            case LogException.OutOfOrderSequence e ->
                Problem.of(ProblemType.OUT_OF_ORDER_SEQUENCE, message(e)).with("expectedSequence", e.expected());
            case LogException.RequestReused e -> Problem.of(ProblemType.IDEMPOTENCY_KEY_REUSED, message(e));
            case LogException.RequestUnderWay e ->
                Problem.of(ProblemType.REQUEST_UNDER_WAY, message(e)).withRetryAfter(1);
            case LogException.StorageFull e ->
                Problem.of(ProblemType.NO_SPACE, message(e)).withRetryAfter(NO_SPACE_RETRY_SECONDS);
            case LogException.StorageFailed e -> Problem.of(ProblemType.ENGINE_UNAVAILABLE, message(e));
            case LogException.Unavailable e -> Problem.of(ProblemType.ENGINE_UNAVAILABLE, message(e));
            case LogException.ShardElsewhere e -> Problem.of(ProblemType.ENGINE_UNAVAILABLE, message(e));
            case LogException.Forbidden e -> Problem.of(ProblemType.FORBIDDEN, message(e));
            case LogException.Refused e -> Problem.of(ProblemType.REFUSED_BY_ENGINE, message(e));
            case LogException.Corrupt e -> internalError(e, request);
            case LogException.Unsupported e -> Problem.of(ProblemType.NOT_SUPPORTED_BY_ENGINE, message(e));
        };
    }

    private static Problem ofGroup(GroupException refusal) {
        ProblemType type = switch (refusal) {
            case GroupException.GroupNotFound _ -> ProblemType.GROUP_NOT_FOUND;
            case GroupException.ConsumerNotFound _ -> ProblemType.CONSUMER_NOT_FOUND;
            case GroupException.ConsumerExists _ -> ProblemType.CONSUMER_EXISTS;
            case GroupException.GroupNotEmpty _ -> ProblemType.GROUP_NOT_EMPTY;
            case GroupException.AssignorMismatch _, GroupException.ManualMismatch _ -> ProblemType.ASSIGNOR_MISMATCH;
            case GroupException.PartitionTaken _ -> ProblemType.PARTITION_TAKEN;
            case GroupException.Fenced _ -> ProblemType.FENCED_INSTANCE;
            case GroupException.StaleGeneration _ -> ProblemType.STALE_GENERATION;
            case GroupException.DeliveryUnknown _ -> ProblemType.DELIVERY_UNKNOWN;
            case GroupException.InvalidCommit _ -> ProblemType.INVALID_COMMIT;
            case GroupException.InvalidCursor _ -> ProblemType.INVALID_PARAMETER;
            case GroupException.NoOffset _ -> ProblemType.NO_OFFSET;
            case GroupException.LimitReached _ -> ProblemType.LIMIT_REACHED;
        };
        return Problem.of(type, refusal.detail());
    }

    private static Problem ofMessages(InvalidMessagesException refusal) {
        MessageError first = refusal.errors().getFirst();
        if (!refusal.isBatch()) {
            return Problem.of(ProblemType.ofCode(first.code()).orElse(ProblemType.INVALID_MESSAGE), message(refusal));
        }
        Problem problem = Problem.of(ProblemType.INVALID_MESSAGE, message(refusal));
        if (first.index() == MessageError.REQUEST) {
            return problem;
        }
        return problem.withErrors(
                refusal.errors().stream().map(Problems::ofMessage).toList());
    }

    private static Map<String, Object> ofMessage(MessageError error) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("index", error.index());
        entry.put("code", error.code());
        entry.put("detail", error.detail());
        return entry;
    }

    private Problem internalError(Throwable failure, HttpServletRequest request) {
        String id = "%08x".formatted(random.nextInt());
        LOG.error("Internal error {} of {} {}", id, request.getMethod(), request.getRequestURI(), failure);
        return Problem.of(
                ProblemType.INTERNAL_ERROR, "The server failed to answer; its log tells why under the id " + id);
    }

    /** Only what Tomcat and Spring call so: an I/O error of the server itself must not pass for an answer. */
    private static boolean clientHasGone(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClientAbortException || cause instanceof AsyncRequestNotUsableException) {
                return true;
            }
        }
        return false;
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean wrapper = failure instanceof ServletException
                || failure instanceof CompletionException
                || failure instanceof ExecutionException;
        // Spring's own refusals are servlet exceptions too, and have no cause.
        return wrapper && cause != null ? unwrapped(cause) : failure;
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
