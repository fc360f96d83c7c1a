package io.millrace.web.api;

import io.millrace.group.ConsumerView;
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
        answer.put("assignment", assignment(view.assignment()));
        answer.put("cursor", view.cursor());
        return answer;
    }

    /** What a heartbeat is answered with. */
    static Map<String, Object> brief(ConsumerView view) {
        return assigned(view.generation(), view.assignment());
    }

    /** What a member has, and since which generation. */
    static Map<String, Object> assigned(int generation, List<TopicPartition> assignment) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("generation", generation);
        answer.put("assignment", assignment(assignment));
        return answer;
    }

    /** What is committed now. */
    static Map<String, Object> committed(List<Position> positions) {
        return Map.of("offsets", places(positions));
    }

    /** Places in partitions. */
    static List<Map<String, Object>> places(List<Position> positions) {
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
            answer.put("partitions", assignment(subscription.partitions()));
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

    private static List<Map<String, Object>> assignment(List<TopicPartition> partitions) {
        return partitions.stream().map(ConsumerAnswers::place).toList();
    }

    private static Map<String, Object> place(TopicPartition partition) {
        Map<String, Object> place = new LinkedHashMap<>();
        place.put("topic", partition.topic().value());
        place.put("partition", partition.partition());
        return place;
    }
}
