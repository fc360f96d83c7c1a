package io.millrace.web.api;

import io.millrace.config.MillraceProperties;
import io.millrace.group.Assignment;
import io.millrace.group.CommitRequest;
import io.millrace.group.ConsumerView;
import io.millrace.group.Delivery;
import io.millrace.group.GroupCoordinator;
import io.millrace.group.GroupException;
import io.millrace.group.GroupName;
import io.millrace.group.GroupPoll;
import io.millrace.group.GroupPolls;
import io.millrace.group.Placed;
import io.millrace.group.Subscription;
import io.millrace.log.Position;
import io.millrace.topic.Topics;
import io.millrace.web.JsonBody;
import io.millrace.web.Problem;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.web.QueryParameters;
import io.millrace.web.node.PendingDeliveries;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a member of a group does: subscribe, poll, commit, show that it lives, leave. */
@RestController
final class ConsumerController {

    private final GroupCoordinator groups;
    private final GroupPolls polls;
    private final Topics topics;
    private final JsonRequests requests;
    private final MessageAnswers answers;
    private final MemberStreams streams;
    private final PendingDeliveries deliveries;
    private final DeliveryAnswers deliveryAnswers;
    private final MillraceProperties properties;
    private final SubscriptionReader subscriptions;

    ConsumerController(
            GroupCoordinator groups,
            GroupPolls polls,
            Topics topics,
            JsonRequests requests,
            MessageAnswers answers,
            MemberStreams streams,
            PendingDeliveries deliveries,
            DeliveryAnswers deliveryAnswers,
            MillraceProperties properties) {
        this.groups = groups;
        this.polls = polls;
        this.topics = topics;
        this.requests = requests;
        this.answers = answers;
        this.streams = streams;
        this.deliveries = deliveries;
        this.deliveryAnswers = deliveryAnswers;
        this.properties = properties;
        this.subscriptions = new SubscriptionReader(properties.groups());
    }

    @PostMapping("/groups/{group}/consumers")
    void subscribe(@PathVariable String group, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        QueryParameters.of(request);
        GroupName name = GroupNames.of(group);
        JsonBody body = requests.read(request, ProblemType.INVALID_SUBSCRIPTION);
        Subscription subscription = subscriptions.read(body);
        String consumer = SubscriptionReader.name(body, "consumer");
        // As a consumer of Kafka does, a subscription makes the topics that are missing where producing would.
        subscription.named().forEach(topics::requireOrCreate);
        ConsumerView view = groups.subscribe(name, consumer, subscription);
        response.setHeader("Location", "/groups/" + name + "/consumers/" + view.consumer());
        Answers.write(response, HttpServletResponse.SC_CREATED, ConsumerAnswers.full(view));
    }

    @GetMapping("/groups/{group}/consumers/{consumer}")
    void describe(
            @PathVariable String group,
            @PathVariable String consumer,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        QueryParameters.of(request);
        ConsumerView view = groups.consumer(GroupNames.of(group), consumer);
        Answers.write(response, HttpServletResponse.SC_OK, ConsumerAnswers.full(view));
    }

    @PatchMapping("/groups/{group}/consumers/{consumer}")
    void resubscribe(
            @PathVariable String group,
            @PathVariable String consumer,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        QueryParameters.of(request);
        GroupName name = GroupNames.of(group);
        JsonBody body = requests.read(request, ProblemType.INVALID_SUBSCRIPTION);
        // Once before anything is changed, so that topics that are missing can be made outside of the group's lock.
        Subscription current = groups.consumer(name, consumer).subscription();
        subscriptions.change(body, current).named().forEach(topics::requireOrCreate);
        ConsumerView view = groups.resubscribe(name, consumer, before -> subscriptions.change(body, before));
        Answers.write(response, HttpServletResponse.SC_OK, ConsumerAnswers.full(view));
    }

    @DeleteMapping("/groups/{group}/consumers/{consumer}")
    void leave(
            @PathVariable String group,
            @PathVariable String consumer,
            HttpServletRequest request,
            HttpServletResponse response) {
        QueryParameters.of(request);
        groups.leave(GroupNames.of(group), consumer);
        Answers.noContent(response);
    }

    @PostMapping("/groups/{group}/consumers/{consumer}/heartbeat")
    void heartbeat(
            @PathVariable String group,
            @PathVariable String consumer,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        QueryParameters.of(request);
        requests.readIfAny(request, ProblemType.INVALID_SUBSCRIPTION).ifPresent(JsonBody::allow);
        Assignment assignment = groups.heartbeat(GroupNames.of(group), consumer);
        Answers.write(response, HttpServletResponse.SC_OK, ConsumerAnswers.assigned(assignment));
    }

    @GetMapping("/groups/{group}/consumers/{consumer}/messages")
    void poll(
            @PathVariable String group,
            @PathVariable String consumer,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        refuseHead(request);
        AnswerFormat format = AnswerFormat.orJson(request, AnswerFormat.OF_DELIVERIES);
        if (format.isStream()) {
            QueryParameters query = QueryParameters.of(request, MemberStreams.MAX_IN_FLIGHT, MemberStreams.CURSOR);
            streams.start(GroupNames.of(group), consumer, format, query, request, response);
            return;
        }
        QueryParameters query = QueryParameters.of(
                request, PollLimits.MAX, PollLimits.MAX_BYTES, PollLimits.WAIT, MemberStreams.CURSOR);
        PollLimits limits = PollLimits.of(query, properties.limits());
        GroupName name = GroupNames.of(group);
        RecordAnswers form = answers.in(format);
        WaitingAnswer.Writer<Delivery> writer = deliveries.concerns(request)
                ? new ForwardedDeliveryWriter(form, deliveries, name, consumer)
                : new DeliveryWriter(form);
        GroupPoll poll = polls.begin(
                name,
                consumer,
                limits.maxRecords(),
                limits.maxBytes(),
                limits.maxWait(),
                query.text(MemberStreams.CURSOR));
        deliveryAnswers.answer(poll, writer, request, response);
    }

    /** A HEAD would take messages that nobody sees. */
    static void refuseHead(HttpServletRequest request) {
        if (request.getMethod().equals("HEAD")) {
            throw new ProblemException(
                    Problem.of(ProblemType.METHOD_NOT_ALLOWED, "A poll delivers messages, so it is a GET and no HEAD")
                            .withAllow(List.of("GET")));
        }
    }

    @PostMapping("/groups/{group}/consumers/{consumer}/offsets")
    void commit(
            @PathVariable String group,
            @PathVariable String consumer,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        QueryParameters.of(request);
        CommitRequest commit = requests.readIfAny(request, ProblemType.INVALID_COMMIT)
                .map(ConsumerController::commitRequest)
                .orElse(new CommitRequest.Delivered());
        try {
            Placed committed = groups.commit(GroupNames.of(group), consumer, commit);
            Answers.write(response, HttpServletResponse.SC_OK, ConsumerAnswers.placed("offsets", committed));
        } catch (GroupException.InvalidCursor e) {
            // It stands in the body, where that of a poll is a parameter.
            throw ProblemException.of(ProblemType.INVALID_COMMIT, e.detail());
        }
    }

    private static CommitRequest commitRequest(JsonBody body) {
        body.allow("offsets", "cursor");
        String cursor = body.text("cursor");
        if (body.has("offsets") == (cursor != null)) {
            throw ProblemException.of(
                    ProblemType.INVALID_COMMIT,
                    "Give 'offsets' or 'cursor', one of them; to commit all that was delivered, send no body");
        }
        if (cursor != null) {
            return new CommitRequest.UpTo(cursor);
        }
        List<Position> positions = new ArrayList<>();
        for (JsonBody entry : body.objects("offsets")) {
            entry.allow("topic", "partition", "offset");
            positions.add(new Position(Partitions.in(entry, ProblemType.INVALID_COMMIT), entry.requiredLong("offset")));
        }
        return new CommitRequest.Offsets(positions);
    }
}
