package io.millrace.web.api;

import io.millrace.config.MillraceProperties;
import io.millrace.group.Assignor;
import io.millrace.group.AutoOffsetReset;
import io.millrace.group.Delivery;
import io.millrace.group.GroupCoordinator;
import io.millrace.group.GroupException;
import io.millrace.group.GroupName;
import io.millrace.group.GroupPoll;
import io.millrace.group.GroupPolls;
import io.millrace.group.Subscription;
import io.millrace.record.InvalidNameException;
import io.millrace.record.LegalName;
import io.millrace.record.TopicName;
import io.millrace.topic.Topics;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.web.QueryParameters;
import io.millrace.web.node.PendingDeliveries;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The consumer in one line: each call joins the group if that is needed, commits what the call before it delivered, and polls.
 */
@RestController
final class OneLineController {

    private static final String GROUP = "group";
    private static final String CONSUMER = "consumer";
    private static final String UNNAMED_PREFIX = "line-";

    private final GroupCoordinator groups;
    private final GroupPolls polls;
    private final Topics topics;
    private final MessageAnswers answers;
    private final MemberStreams streams;
    private final PendingDeliveries deliveries;
    private final DeliveryAnswers deliveryAnswers;
    private final MillraceProperties properties;

    OneLineController(
            GroupCoordinator groups,
            GroupPolls polls,
            Topics topics,
            MessageAnswers answers,
            MemberStreams streams,
            PendingDeliveries deliveries,
            DeliveryAnswers deliveryAnswers,
            MillraceProperties properties) {
        this.groups = groups;
        this.polls = polls;
        this.topics = topics;
        this.answers = answers;
        this.streams = streams;
        this.deliveries = deliveries;
        this.deliveryAnswers = deliveryAnswers;
        this.properties = properties;
    }

    @GetMapping(path = "/topics/{topic}/messages", params = GROUP)
    void poll(@PathVariable String topic, HttpServletRequest request, HttpServletResponse response) throws IOException {
        ConsumerController.refuseHead(request);
        AnswerFormat format = AnswerFormat.orJson(request, AnswerFormat.OF_PAGES);
        if (format.isStream()) {
            QueryParameters query =
                    QueryParameters.of(request, GROUP, CONSUMER, MemberStreams.MAX_IN_FLIGHT, MemberStreams.CURSOR);
            GroupName name = GroupNames.of(String.valueOf(query.text(GROUP)));
            streams.start(name, joined(name, query, topic), format, query, request, response);
            return;
        }
        RecordAnswers form = answers.in(format);
        QueryParameters query = QueryParameters.of(
                request, GROUP, CONSUMER, MemberStreams.CURSOR, PollLimits.MAX, PollLimits.MAX_BYTES, PollLimits.WAIT);
        PollLimits limits = PollLimits.of(query, properties.limits());
        GroupName name = GroupNames.of(String.valueOf(query.text(GROUP)));
        GroupPolls.checkCursor(name, query.text(MemberStreams.CURSOR));
        String consumer = joined(name, query, topic);
        GroupPoll poll = polls.begin(
                name,
                consumer,
                limits.maxRecords(),
                limits.maxBytes(),
                limits.maxWait(),
                query.text(MemberStreams.CURSOR));
        WaitingAnswer.Writer<Delivery> writer = deliveries.concerns(request)
                ? new ForwardedDeliveryWriter(form, deliveries, name, consumer)
                : new DeliveryWriter(form);
        deliveryAnswers.answer(poll, writer, request, response);
    }

    /** The member that asks, which has joined if it had not. */
    private String joined(GroupName name, QueryParameters query, String topic) {
        TopicName topicName = new TopicName(topic);
        String asked = query.text(CONSUMER);
        if (asked != null) {
            checkName(asked);
            join(name, asked, topicName);
            return asked;
        }
        while (true) {
            String idle = groups.idleMember(name, UNNAMED_PREFIX, there -> isOneLine(there, topicName));
            try {
                join(name, idle, topicName);
                return idle;
            } catch (GroupException.ConsumerExists takenMeanwhile) {
                // By another call that began at the same time; there is a further name.
            }
        }
    }

    private static void checkName(String consumer) {
        try {
            LegalName.check(CONSUMER, consumer);
        } catch (InvalidNameException e) {
            throw ProblemException.of(ProblemType.INVALID_PARAMETER, String.valueOf(e.getMessage()));
        }
    }

    /** Whether a member is one that reads the topic in one line. */
    private static boolean isOneLine(Subscription there, TopicName topic) {
        return there.autoCommit() && there.topics().contains(topic);
    }

    private void join(GroupName name, String consumer, TopicName topic) {
        Subscription wanted = new Subscription(
                List.of(topic),
                null,
                AutoOffsetReset.EARLIEST,
                properties.groups().sessionTimeout(),
                properties.groups().rebalanceTimeout(),
                Assignor.COOPERATIVE_STICKY,
                true);
        try {
            Subscription there = groups.consumer(name, consumer).subscription();
            if (!isOneLine(there, topic)) {
                // Somebody else's: to poll for it would take its messages away.
                throw new GroupException.ConsumerExists(name, consumer);
            }
        } catch (GroupException.GroupNotFound | GroupException.ConsumerNotFound notYet) {
            topics.requireOrCreate(topic);
            groups.subscribe(name, consumer, wanted);
        }
    }
}
