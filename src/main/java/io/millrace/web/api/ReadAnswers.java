package io.millrace.web.api;

import io.millrace.config.MillraceProperties;
import io.millrace.consume.LongPoll;
import io.millrace.consume.Reading;
import io.millrace.consume.TopicCursor;
import io.millrace.web.MemoryBudget;
import io.millrace.web.Problems;
import io.millrace.wire.MessageWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Answers reads without a group: with a page, as soon as there is one, or one by one as a stream. */
@Component
final class ReadAnswers {

    private final LongPoll.Waiting waiting;
    private final MessageWriter writer;
    private final MemoryBudget budget;
    private final Problems problems;
    private final Duration keepAlive;

    ReadAnswers(
            LongPoll.Waiting waiting,
            MessageWriter writer,
            MemoryBudget budget,
            Problems problems,
            MillraceProperties properties) {
        this.waiting = waiting;
        this.writer = writer;
        this.budget = budget;
        this.problems = problems;
        this.keepAlive = properties.listener().keepAliveInterval();
    }

    /**
     * Has the reading answered in the format that the client asked for; at once, or later from another thread.
     *
     * @param cursor where the reading begins; what a stream tells of it is right behind each message
     * @param page writes a page as JSON
     */
    void answer(
            ReadQuery query,
            Reading reading,
            TopicCursor cursor,
            WaitingAnswer.Writer<Reading.Page> page,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (query.isStream()) {
            MessageStream.Means means = new MessageStream.Means(waiting, writer, budget, problems, keepAlive);
            MessageStream stream = new MessageStream(means, query, reading, cursor, request, response);
            waiting.polls().add(stream);
            stream.start();
            return;
        }
        LongPoll<Reading.Page> poll = new LongPoll<>(reading, query.limits().maxWait(), waiting);
        Reading.Page now = poll.tryNow();
        if (now != null) {
            page.write(now, response);
        } else {
            WaitingAnswer.of(request, response, page, problems, poll::await, poll::cancel);
        }
    }
}
