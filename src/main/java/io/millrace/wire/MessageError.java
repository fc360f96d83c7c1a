package io.millrace.wire;

/**
 * Why a message was refused.
 *
 * @param index its place in the batch, from 0; 0 for the message of a request that holds one; {@link #REQUEST} where the
 *     request as a whole is wrong
 * @param code {@link #INVALID_MESSAGE}, {@link #MESSAGE_TOO_LARGE} or {@link #PARTITION_NOT_FOUND}
 * @param detail names the field and says what would be right; for the client
 */
public record MessageError(int index, String code, String detail) {

    /** The index of an error that belongs to no message but to the request. */
    public static final int REQUEST = -1;

    public static final String INVALID_MESSAGE = "invalid-message";

    /** The code of a message for a partition that the topic does not have. */
    public static final String PARTITION_NOT_FOUND = "partition-not-found";

    public static final String MESSAGE_TOO_LARGE = "message-too-large";
}
