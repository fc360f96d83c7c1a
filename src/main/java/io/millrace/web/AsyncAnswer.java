package io.millrace.web;

import jakarta.servlet.AsyncContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of answers that are given by other threads than the container's. */
public final class AsyncAnswer {

    private static final Logger LOG = LoggerFactory.getLogger(AsyncAnswer.class);

    private AsyncAnswer() {}

    /** Tells the container that the answer is complete, unless it has ended the request itself because its client went. */
    public static void complete(AsyncContext async) {
        try {
            async.complete();
        } catch (IllegalStateException ended) {
            LOG.debug("The container had ended the request already", ended);
        }
    }
}
