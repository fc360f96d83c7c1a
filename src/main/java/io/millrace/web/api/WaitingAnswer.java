package io.millrace.web.api;

import io.millrace.consume.LongPoll;
import io.millrace.web.AsyncAnswer;
import io.millrace.web.Problems;
import io.millrace.web.connection.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to a request whose poll waits: the request becomes an asynchronous one, which holds no thread, and is finished
 * by whoever tells this listener.
 *
 * @param <T> what the poll answers with
 */
final class WaitingAnswer<T> implements LongPoll.Listener<T> {

    private static final Logger LOG = LoggerFactory.getLogger(WaitingAnswer.class);

    /** How an answer is written, and what becomes of one that cannot be. */
    interface Writer<T> {

        void write(T answer, HttpServletResponse response) throws IOException;

        default void delivered(T answer) {}

        default void undelivered(T answer) {}
    }

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final AsyncAnswer async;
    private final Writer<T> writer;
    private final Problems problems;

    private WaitingAnswer(
            HttpServletRequest request,
            HttpServletResponse response,
            Writer<T> writer,
            Problems problems,
            Runnable cancel) {
        this.request = request;
        this.response = response;
        this.writer = writer;
        this.problems = problems;
        this.async = AsyncAnswer.begin(request, cancel);
    }

    /** How a poll is told whom to answer. */
    interface Await<T> {
        void await(LongPoll.Listener<T> listener);
    }

    /**
     * Has the poll wait, and its answer written to the response when it comes.
     *
     * @param cancel ends the poll without an answer
     */
    static <T> void of(
            HttpServletRequest request,
            HttpServletResponse response,
            Writer<T> writer,
            Problems problems,
            Await<T> poll,
            Runnable cancel) {
        WaitingAnswer<T> answer = new WaitingAnswer<>(request, response, writer, problems, cancel);
        try {
            poll.await(answer);
        } catch (RuntimeException refused) {
            answer.failed(refused);
        }
    }

    /** Writes an answer that is there at once, and tells how that went. */
    static <T> void now(T answer, HttpServletRequest request, HttpServletResponse response, Writer<T> writer)
            throws IOException {
        boolean delivered = false;
        try {
            if (ClientConnection.isOpen(request)) {
                writer.write(answer, response);
                response.flushBuffer();
                delivered = true;
            }
        } finally {
            if (delivered) {
                writer.delivered(answer);
            } else {
                writer.undelivered(answer);
            }
        }
    }

    @Override
    public void answered(T answer) {
        async.write(() -> give(answer));
    }

    private void give(T answer) {
        try {
            now(answer, request, response, writer);
        } catch (IOException clientGone) {
            LOG.debug("The client went before it got its answer", clientGone);
        } catch (RuntimeException failure) {
            tell(failure);
        } finally {
            async.complete();
        }
    }

    @Override
    public void failed(RuntimeException failure) {
        async.write(() -> {
            tell(failure);
            async.complete();
        });
    }

    private void tell(RuntimeException failure) {
        try {
            problems.write(failure, request, response);
        } catch (IOException clientGone) {
            LOG.debug("The client went before it got its answer", clientGone);
        }
    }
}
