package io.millrace.web.api;

import io.millrace.config.MillraceProperties;
import io.millrace.group.GroupName;
import io.millrace.group.GroupPolls;
import io.millrace.web.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Component;

/** Answers members of groups with streams of messages. */
@Component
final class MemberStreams {

    static final String MAX_IN_FLIGHT = "maxInFlight";
    static final String CURSOR = "cursor";

    private static final int DEFAULT_MAX_IN_FLIGHT = 1000;

    private final GroupPolls polls;
    private final MessageStream.Means means;
    private final int mostInFlight;

    MemberStreams(GroupPolls polls, MessageStream.Means means, MillraceProperties properties) {
        this.polls = polls;
        this.means = means;
        this.mostInFlight = properties.limits().maxInFlight();
    }

    /**
     * Begins a stream of a member, which goes on where the client was cut off if it says where that was.
     *
     * @throws io.millrace.consume.TooManyWaitingPolls if it may not
     */
    void start(
            GroupName group,
            String consumer,
            AnswerFormat format,
            QueryParameters query,
            HttpServletRequest request,
            HttpServletResponse response) {
        int maxInFlight = query.integer(
                MAX_IN_FLIGHT,
                Math.min(DEFAULT_MAX_IN_FLIGHT, mostInFlight),
                1,
                mostInFlight,
                "millrace.limits.max-in-flight");
        String lastEvent = request.getHeader(ReadQuery.LAST_EVENT);
        // A browser that comes back repeats its URL; the header is newer.
        String cursor = lastEvent == null || lastEvent.isEmpty() ? query.text(CURSOR) : lastEvent;
        MemberStream stream = new MemberStream(means, format, request, response);
        means.waiting().polls().add(stream);
        try {
            stream.start(polls.stream(group, consumer, maxInFlight, cursor));
        } catch (RuntimeException refused) {
            means.waiting().polls().remove(stream);
            throw refused;
        }
    }
}
