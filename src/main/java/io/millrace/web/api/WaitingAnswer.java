package io.millrace.web.api;

import io.millrace.consume.Poll;
import io.millrace.web.AsyncAnswer;
import io.millrace.web.PageMemory;
import io.millrace.web.Problems;
import io.millrace.web.connection.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to a request that polls. Where the poll waits, the request becomes an asynchronous one, which holds no thread, and
 * is finished by whoever tells this listener.
 *
 * @param <T> what the poll answers with
 */
final class WaitingAnswer<T> implements Poll.Listener<T> {

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

    /**
     * Has a poll answered: at once, or later from another thread.
     *
     * @param memory of what the poll reads; held until the answer is with its client
     */
    static <T> void of(
            Poll<T> poll,
            PageMemory memory,
            Writer<T> writer,
            Problems problems,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        boolean waits = false;
        try {
            T now = poll.tryNow(ClientConnection.mayHold(request));
            if (now != null) {
                now(now, request, response, writer);
            } else {
                WaitingAnswer<T> answer = new WaitingAnswer<>(request, response, writer, problems, () -> {
                    poll.cancel();
                    memory.close();
                });
                waits = true;
                answer.await(poll);
            }
        } finally {
            if (!waits) {
                memory.close();
            }
        }
    }

    private void await(Poll<T> poll) {
        try {
            poll.await(this);
        } catch (RuntimeException refused) {
            failed(refused);
        }
    }

    /** Writes an answer, and tells how that went. */
    private static <T> void now(T answer, HttpServletRequest request, HttpServletResponse response, Writer<T> writer)
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
