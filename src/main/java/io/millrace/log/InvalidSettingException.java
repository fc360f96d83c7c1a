package io.millrace.log;

/** Thrown where a topic cannot have a setting; the message names it and says what would be right. */
public final class InvalidSettingException extends IllegalArgumentException {

    public InvalidSettingException(String message) {
        super(message);
    }
}
