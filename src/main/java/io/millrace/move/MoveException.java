package io.millrace.move;

/** Something that stands against the move; the message says what and where. */
final class MoveException extends RuntimeException {

    MoveException(String message) {
        super(message);
    }
}
