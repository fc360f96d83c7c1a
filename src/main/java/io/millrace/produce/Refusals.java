package io.millrace.produce;

import io.millrace.log.LogException;
import io.millrace.wire.MessageError;

/** What clients are told of one message among others that a topic does not take. */
final class Refusals {

    private Refusals() {}

    /** The code of the error. */
    static String codeOf(LogException refusal) {
        return switch (refusal) {
            case LogException.PartitionNotFound _ -> MessageError.PARTITION_NOT_FOUND;
            case LogException.RecordTooLarge _ -> MessageError.MESSAGE_TOO_LARGE;
            default -> MessageError.INVALID_MESSAGE;
        };
    }
}
