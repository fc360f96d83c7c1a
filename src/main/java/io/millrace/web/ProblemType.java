package io.millrace.web;

import java.util.Locale;
import java.util.Optional;

/**
 * The vocabulary of errors. Its codes are part of the contract: clients decide by them, so a code is never changed and
 * never means something else.
 */
public enum ProblemType {
    MALFORMED_JSON(400, "Malformed JSON"),
    INVALID_PARAMETER(400, "Invalid parameter"),
    MALFORMED_REQUEST(400, "Malformed HTTP request"),
    FORBIDDEN(403, "Forbidden"),
    NOT_FOUND(404, "Not found"),
    TOPIC_NOT_FOUND(404, "Topic not found"),
    PARTITION_NOT_FOUND(404, "Partition not found"),
    MESSAGE_NOT_FOUND(404, "Message not found"),
    GROUP_NOT_FOUND(404, "Group not found"),
    CONSUMER_NOT_FOUND(404, "Consumer not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    REQUEST_TIMEOUT(408, "Request timeout"),
    TOPIC_EXISTS(409, "Topic exists"),
    CONSUMER_EXISTS(409, "Consumer exists"),
    GROUP_NOT_EMPTY(409, "Group not empty"),
    STALE_GENERATION(409, "Stale generation"),
    DELIVERY_UNKNOWN(409, "Delivery unknown"),
    ASSIGNOR_MISMATCH(409, "Assignor mismatch"),
    PARTITION_TAKEN(409, "Partition taken"),
    FENCED_INSTANCE(409, "Fenced instance"),
    NO_OFFSET(409, "No offset"),
    REQUEST_UNDER_WAY(409, "Request under way"),
    STALE_PRODUCER_EPOCH(409, "Stale producer epoch"),
    OUT_OF_ORDER_SEQUENCE(409, "Out of order sequence"),
    UNEXPECTED_OFFSET(412, "Unexpected offset"),
    REQUEST_TOO_LARGE(413, "Request too large"),
    MESSAGE_TOO_LARGE(413, "Message too large"),
    URI_TOO_LONG(414, "URI too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    OFFSET_OUT_OF_RANGE(416, "Offset out of range"),
    INVALID_MESSAGE(422, "Invalid message"),
    INVALID_TOPIC(422, "Invalid topic"),
    INVALID_SUBSCRIPTION(422, "Invalid subscription"),
    INVALID_COMMIT(422, "Invalid commit"),
    INVALID_SEEK(422, "Invalid seek"),
    INVALID_GROUP(422, "Invalid group"),
    IDEMPOTENCY_KEY_REUSED(422, "Idempotency key reused"),
    LIMIT_REACHED(422, "Limit reached"),
    REFUSED_BY_ENGINE(422, "Refused by the engine"),
    HEADERS_TOO_LARGE(431, "Request headers too large"),
    INTERNAL_ERROR(500, "Internal error"),
    NOT_SUPPORTED_BY_ENGINE(501, "Not supported by the engine"),
    TOO_MANY_WAITING_POLLS(503, "Too many waiting polls"),
    OUT_OF_MEMORY_BUDGET(503, "Out of memory budget"),
    SHUTTING_DOWN(503, "Shutting down"),
    ENGINE_UNAVAILABLE(503, "Engine unavailable"),
    NO_SPACE(507, "No space");

    private final String code;
    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.code = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.status = status;
        this.title = title;
    }

    /** The kebab-case word that clients decide by. */
    public String code() {
        return code;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** A few words that are the same for each problem of the type. */
    public String title() {
        return title;
    }

    /** The type of that code. */
    public static Optional<ProblemType> ofCode(String code) {
        for (ProblemType type : values()) {
            if (type.code.equals(code)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** What a failure is called of which no more is known than its HTTP status, 400 to 599. */
    static ProblemType ofStatus(int status) {
        return switch (status) {
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 408 -> REQUEST_TIMEOUT;
            case 413 -> REQUEST_TOO_LARGE;
            case 414 -> URI_TOO_LONG;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 431 -> HEADERS_TOO_LARGE;
            case 503 -> SHUTTING_DOWN;
            default -> status < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR;
        };
    }
}
