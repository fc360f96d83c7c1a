package io.millrace.wire;

import java.util.List;

/**
 * Thrown where a body is JSON but holds what is not a legal message; nothing of the request may be stored. It is an
 * answer to a client rather than a failure of the server and so carries no stack trace.
 */
public final class InvalidMessagesException extends RuntimeException {

    /** The most errors that are kept; a batch may hold more bad messages. */
    public static final int MAX_ERRORS = 100;

    private final boolean batch;
    private final int total;
    private final transient List<MessageError> errors;

    /**
     * @param batch whether the request was {@code {"messages": [...]}}
     * @param errors the first errors in the order of the request, 1 to {@link #MAX_ERRORS}
     * @param total how many there are in all
     */
    public InvalidMessagesException(boolean batch, List<MessageError> errors, int total) {
        super(summary(batch, errors, total), null, false, false);
        this.batch = batch;
        this.errors = List.copyOf(errors);
        this.total = total;
    }

    /** A request that holds one message, or one that is wrong as a whole. */
    static InvalidMessagesException of(boolean batch, MessageError error) {
        return new InvalidMessagesException(batch, List.of(error), 1);
    }

    /** Whether the request was a batch, so that the index of an error means something to the client. */
    public boolean isBatch() {
        return batch;
    }

    /** The first errors in the order of the request: 1 to {@link #MAX_ERRORS}, at most one for each message. */
    public List<MessageError> errors() {
        return errors;
    }

    /** How many errors there are, those beyond the first {@link #MAX_ERRORS} included. */
    public int total() {
        return total;
    }

    private static String summary(boolean batch, List<MessageError> errors, int total) {
        MessageError first = errors.getFirst();
        if (!batch || first.index() == MessageError.REQUEST) {
            return first.detail();
        }
        String where = "Message " + first.index() + ": " + first.detail();
        return total == 1 ? where : total + " messages are not valid, nothing was stored. " + where;
    }
}
