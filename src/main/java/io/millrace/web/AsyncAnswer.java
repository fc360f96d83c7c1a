package io.millrace.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that is given by another thread than the container's.
 *
 * <p>Where its client has gone, that thread hears of it from a write that fails, and the container at the same moment. The
 * container ends the request then, and uses its objects for the next one: what that thread still does to them, were it only
 * on its way out of the failed write, would be done to somebody else's request. So the container is made to wait for it, and
 * only one of them ends the request.
 */
public final class AsyncAnswer implements AsyncListener {

    private static final Logger LOG = LoggerFactory.getLogger(AsyncAnswer.class);

    private final AsyncContext async;
    private final Runnable end;
    private boolean over;

    private AsyncAnswer(AsyncContext async, Runnable end) {
        this.async = async;
        this.end = end;
    }

    /** Has the request answered later, however long that takes. */
    public static AsyncAnswer begin(HttpServletRequest request) {
        return begin(request, () -> {});
    }

    /**
     * Has the request answered later, however long that takes.
     *
     * @param end is run when the request has ended, by whomever; perhaps twice
     */
    public static AsyncAnswer begin(HttpServletRequest request, Runnable end) {
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        AsyncAnswer answer = new AsyncAnswer(async, end);
        async.addListener(answer);
        return answer;
    }

    /** Runs what writes to the answer, and perhaps completes it; the container does not end the request meanwhile. */
    public synchronized void write(Runnable writing) {
        writing.run();
    }

    /**
     * Ends the body of an answer that has no length, before it is completed: what is held back, as for compression, goes out
     * if it can.
     */
    public static void close(HttpServletResponse response) {
        try {
            response.getOutputStream().close();
        } catch (IOException clientGone) {
            LOG.debug("The client went before its answer was at its end", clientGone);
        }
    }

    /** Tells the container that the answer is complete, unless it has ended the request itself because its client went. */
    public void complete() {
        endBy(async::complete);
    }

    /** Has the request go its usual way, as if it came now. */
    public void dispatch() {
        endBy(async::dispatch);
    }

    private synchronized void endBy(Runnable step) {
        if (!over) {
            over = true;
            try {
                step.run();
            } catch (IllegalStateException ended) {
                LOG.debug("The container had ended the request already", ended);
            }
        }
    }

    private synchronized void ended() {
        over = true;
    }

    @Override
    public void onError(AsyncEvent event) {
        ended();
        end.run();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        ended();
        end.run();
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
