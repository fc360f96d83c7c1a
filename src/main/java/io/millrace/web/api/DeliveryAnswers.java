package io.millrace.web.api;

import io.millrace.group.Delivery;
import io.millrace.group.GroupPoll;
import io.millrace.web.MemoryBudget;
import io.millrace.web.PageMemory;
import io.millrace.web.Problems;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Component;

/** Answers polls of members: at once, or later from another thread. */
@Component
final class DeliveryAnswers {

    private final Problems problems;
    private final MemoryBudget budget;

    DeliveryAnswers(Problems problems, MemoryBudget budget) {
        this.problems = problems;
        this.budget = budget;
    }

    /** Has a poll that has begun answered; the memory for what it delivers is held until the answer is with its client. */
    void answer(
            GroupPoll poll,
            WaitingAnswer.Writer<Delivery> writer,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        PageMemory memory = budget.page();
        poll.takeFrom(memory);
        WaitingAnswer.of(poll, memory, writer, problems, request, response);
    }
}
