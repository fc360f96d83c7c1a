package io.millrace.move;

/** The command line is not one of a move; the message says why. */
final class UsageException extends RuntimeException {

    UsageException(String message) {
        super(message);
    }
}
