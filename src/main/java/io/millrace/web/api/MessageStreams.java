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
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Begins the answers that give messages one by one. */
@Component
final class MessageStreams {

    private final LongPoll.Waiting waiting;
    private final MessageWriter writer;
    private final MemoryBudget budget;
    private final Problems problems;
    private final Duration keepAlive;

    MessageStreams(
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
     * Has the reading answered as a stream, on a thread of its own.
     *
     * @param cursor where the reading begins; what the stream tells of it is right behind each message
     */
    void begin(
            ReadQuery query,
            Reading reading,
            TopicCursor cursor,
            HttpServletRequest request,
            HttpServletResponse response) {
        MessageStream.Means means = new MessageStream.Means(waiting, writer, budget, problems, keepAlive);
        MessageStream stream = new MessageStream(means, query, reading, cursor, request, response);
        waiting.polls().add(stream);
        stream.start();
    }
}
