package io.millrace.web.api;

import io.millrace.consume.LongPoll;
import io.millrace.consume.Reading;
import io.millrace.consume.TopicCursor;
import io.millrace.web.MemoryBudget;
import io.millrace.web.PageMemory;
import io.millrace.web.Problems;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Component;

/** Answers reads without a group: with a page, as soon as there is one, or one by one as a stream. */
@Component
final class ReadAnswers {

    private final LongPoll.Waiting waiting;
    private final Problems problems;
    private final MemoryBudget budget;
    private final MessageStream.Means means;

    ReadAnswers(LongPoll.Waiting waiting, Problems problems, MemoryBudget budget, MessageStream.Means means) {
        this.waiting = waiting;
        this.problems = problems;
        this.budget = budget;
        this.means = means;
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
            MessageStream stream = new MessageStream(means, query, reading, cursor, request, response);
            waiting.polls().add(stream);
            stream.start();
            return;
        }
        LongPoll<Reading.Page> poll = new LongPoll<>(reading, query.limits().maxWait(), waiting);
        PageMemory memory = budget.page();
        reading.takeFrom(memory);
        WaitingAnswer.of(poll, memory, page, problems, request, response);
    }
}
