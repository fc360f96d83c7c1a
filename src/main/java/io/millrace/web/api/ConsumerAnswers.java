package io.millrace.web.api;

import io.millrace.group.Assignment;
import io.millrace.group.ConsumerView;
import io.millrace.group.Placed;
import io.millrace.group.Subscription;
import io.millrace.log.Position;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Members of groups as JSON. */
final class ConsumerAnswers {

    private ConsumerAnswers() {}

    /** All there is to tell of a member. */
    static Map<String, @Nullable Object> full(ConsumerView view) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("group", view.group().value());
        answer.put("consumer", view.consumer());
        answer.put("instanceId", view.subscription().instanceId());
        answer.put("generation", view.generation());
        answer.put("subscription", subscription(view.subscription()));
        answer.put("assignment", partitions(view.assignment()));
        answer.put("cursor", view.cursor());
        return answer;
    }

    /** What a member has, since which generation, and what of that is new to it. */
    static Map<String, Object> assigned(Assignment assignment) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("generation", assignment.generation());
        answer.put("assignment", partitions(assignment.partitions()));
        answer.put("added", partitions(assignment.added()));
        answer.put("revoked", partitions(assignment.revoked()));
        return answer;
    }

    /**
     * Where partitions are now, and what the member has.
     *
     * @param name of the member of the answer that has the places
     */
    static Map<String, Object> placed(String name, Placed placed) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(name, places(placed.places()));
        answer.putAll(assigned(placed.assignment()));
        return answer;
    }

    private static List<Map<String, Object>> places(List<Position> positions) {
        return positions.stream()
                .map(position -> {
                    Map<String, Object> entry = place(position.partition());
                    entry.put("offset", position.offset());
                    return entry;
                })
                .toList();
    }

    private static Map<String, Object> subscription(Subscription subscription) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "topics", subscription.topics().stream().map(TopicName::value).toList());
        if (subscription.isManual()) {
            answer.put("partitions", partitions(subscription.partitions()));
        }
        if (subscription.pattern() != null) {
            answer.put("pattern", subscription.pattern().text());
        }
        answer.put("autoOffsetReset", subscription.autoOffsetReset().name().toLowerCase(Locale.ROOT));
        answer.put("sessionTimeout", text(subscription.sessionTimeout()));
        answer.put("rebalanceTimeout", text(subscription.rebalanceTimeout()));
        answer.put("assignor", subscription.assignor().label());
        answer.put("autoCommit", subscription.autoCommit());
        return answer;
    }

    /** In the form in which durations come in. */
    private static String text(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private static List<Map<String, Object>> partitions(List<TopicPartition> partitions) {
        return partitions.stream().map(ConsumerAnswers::place).toList();
    }

    private static Map<String, Object> place(TopicPartition partition) {
        Map<String, Object> place = new LinkedHashMap<>();
        place.put("topic", partition.topic().value());
        place.put("partition", partition.partition());
        return place;
    }
}
