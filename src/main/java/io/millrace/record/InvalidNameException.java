package io.millrace.record;

/** Thrown where a text cannot be the name of a topic or of a group; the message says what would be right. */
public final class InvalidNameException extends IllegalArgumentException {

    public InvalidNameException(String message) {
        super(message);
    }
}
