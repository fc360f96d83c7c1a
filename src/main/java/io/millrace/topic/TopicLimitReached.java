package io.millrace.topic;

/** Thrown where a topic cannot be made because the server has, or would have, too many of something. */
public final class TopicLimitReached extends RuntimeException {

    TopicLimitReached(String message) {
        super(message);
    }
}
