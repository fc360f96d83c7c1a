package io.millrace.log.batch;

/** Thrown where the bytes of a batch are not those that were written: its checksum does not fit. */
public final class CorruptBatchException extends RuntimeException {

    CorruptBatchException(String message) {
        super(message);
    }

    CorruptBatchException(Throwable cause) {
        super(cause);
    }
}
