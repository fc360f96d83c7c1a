package io.millrace.wire;

/** Ends the reading of one message that is well-formed JSON but not a legal message; the reader goes on with the next. */
final class MessageRefusal extends Exception {

    private final String code;
    private final String detail;

    MessageRefusal(String detail) {
        this(MessageError.INVALID_MESSAGE, detail);
    }

    MessageRefusal(String code, String detail) {
        super(detail, null, false, false);
        this.code = code;
        this.detail = detail;
    }

    /** The same about something named: its detail is the predicate of the sentence. */
    MessageRefusal about(String subject) {
        return new MessageRefusal(code, subject + " " + detail);
    }

    MessageError at(int index) {
        return new MessageError(index, code, detail);
    }
}
