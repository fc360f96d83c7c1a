package io.millrace.consume;

/** Thrown where one more poll may not wait; it may be tried again later, or without waiting. */
public final class TooManyWaitingPolls extends RuntimeException {

    TooManyWaitingPolls(int limit) {
        super("%d polls are waiting already, as many as millrace.limits.max-waiting-polls allows".formatted(limit));
    }
}
