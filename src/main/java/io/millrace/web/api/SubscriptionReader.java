package io.millrace.web.api;

import io.millrace.config.MillraceProperties;
import io.millrace.group.Assignor;
import io.millrace.group.AutoOffsetReset;
import io.millrace.group.Subscription;
import io.millrace.group.TopicPattern;
import io.millrace.record.InvalidNameException;
import io.millrace.record.LegalName;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.web.JsonBody;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what a consumer asks for when it subscribes. */
final class SubscriptionReader {

    private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
    private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

    private final MillraceProperties.Groups defaults;

    SubscriptionReader(MillraceProperties.Groups defaults) {
        this.defaults = defaults;
    }

    Subscription read(JsonBody body) {
        body.allow(
                "topics",
                "pattern",
                "partitions",
                "consumer",
                "instanceId",
                "autoOffsetReset",
                "sessionTimeout",
                "rebalanceTimeout",
                "assignor",
                "autoCommit");
        TopicPattern pattern = pattern(body);
        if (Stream.of("topics", "pattern", "partitions").filter(body::has).count() != 1) {
            throw refusal(
                    "Give 'topics', 'pattern' or 'partitions', one of them, as in {\"topics\": [\"orders\"]}, {\"pattern\": \"orders-.*\"} or {\"partitions\": [{\"topic\": \"orders\", \"partition\": 0}]}");
        }
        return new Subscription(
                body.has("topics") ? topics(body) : List.of(),
                pattern,
                body.has("partitions") ? partitions(body) : List.of(),
                name(body, "instanceId"),
                reset(body, AutoOffsetReset.EARLIEST),
                timeout(body, "sessionTimeout", defaults.sessionTimeout()),
                timeout(body, "rebalanceTimeout", defaults.rebalanceTimeout()),
                assignor(body, Assignor.COOPERATIVE_STICKY),
                Boolean.TRUE.equals(body.flag("autoCommit")));
    }

    /** What a member asks for from now on; what the body does not name stays as it is. */
    Subscription change(JsonBody body, Subscription before) {
        body.allow(
                "topics",
                "pattern",
                "partitions",
                "autoOffsetReset",
                "sessionTimeout",
                "rebalanceTimeout",
                "assignor",
                "autoCommit");
        long given =
                Stream.of("topics", "pattern", "partitions").filter(body::has).count();
        if (given > 1) {
            throw refusal("Give 'topics', 'pattern' or 'partitions', one of them");
        }
        Boolean autoCommit = body.flag("autoCommit");
        return new Subscription(
                body.has("topics") ? topics(body) : given == 0 ? before.topics() : List.of(),
                given == 0 ? before.pattern() : pattern(body),
                body.has("partitions") ? partitions(body) : given == 0 ? before.partitions() : List.of(),
                before.instanceId(),
                reset(body, before.autoOffsetReset()),
                timeout(body, "sessionTimeout", before.sessionTimeout()),
                timeout(body, "rebalanceTimeout", before.rebalanceTimeout()),
                assignor(body, before.assignor()),
                autoCommit == null ? before.autoCommit() : autoCommit);
    }

    private static @Nullable TopicPattern pattern(JsonBody body) {
        String text = body.text("pattern");
        try {
            return text == null ? null : TopicPattern.of(text);
        } catch (IllegalArgumentException e) {
            throw refusal("Field 'pattern' is no regular expression of RE2: " + e.getMessage());
        }
    }

    /** A name that the client chose, if it did. */
    static @Nullable String name(JsonBody body, String field) {
        String text = body.text(field);
        try {
            return text == null ? null : LegalName.check(field, text);
        } catch (InvalidNameException e) {
            throw refusal(String.valueOf(e.getMessage()));
        }
    }

    private static List<TopicName> topics(JsonBody body) {
        List<String> names = body.texts("topics");
        if (names == null || names.isEmpty()) {
            throw refusal("Field 'topics' must name at least one topic, as in {\"topics\": [\"orders\"]}");
        }
        List<TopicName> topics = new ArrayList<>();
        for (String name : names) {
            try {
                TopicName topic = new TopicName(name);
                if (topics.contains(topic)) {
                    throw refusal("Field 'topics' names '%s' twice".formatted(name));
                }
                if (topic.isReserved()) {
                    throw reserved(topic);
                }
                topics.add(topic);
            } catch (InvalidNameException e) {
                throw refusal(String.valueOf(e.getMessage()));
            }
        }
        return List.copyOf(topics);
    }

    private static ProblemException reserved(TopicName topic) {
        return refusal(
                "Topic '%s' cannot be read: names that begin with '__' are reserved for the server".formatted(topic));
    }

    private static List<TopicPartition> partitions(JsonBody body) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (JsonBody entry : body.objects("partitions")) {
            entry.allow("topic", "partition");
            TopicPartition partition = Partitions.in(entry, ProblemType.INVALID_SUBSCRIPTION);
            if (partition.topic().isReserved()) {
                throw reserved(partition.topic());
            }
            if (partitions.contains(partition)) {
                throw refusal("Field 'partitions' names partition %d of topic '%s' twice"
                        .formatted(partition.partition(), partition.topic()));
            }
            partitions.add(partition);
        }
        if (partitions.isEmpty()) {
            throw refusal(
                    "Field 'partitions' must name at least one, as in {\"partitions\": [{\"topic\": \"orders\", \"partition\": 0}]}");
        }
        return List.copyOf(partitions);
    }

    private static AutoOffsetReset reset(JsonBody body, AutoOffsetReset fallback) {
        String text = body.text("autoOffsetReset");
        return switch (text) {
            case null -> fallback;
            case "earliest" -> AutoOffsetReset.EARLIEST;
            case "latest" -> AutoOffsetReset.LATEST;
            case "none" -> AutoOffsetReset.NONE;
            default -> throw body.wrong("autoOffsetReset", "'earliest', 'latest' or 'none'");
        };
    }

    private static Assignor assignor(JsonBody body, Assignor fallback) {
        String text = body.text("assignor");
        if (text == null) {
            return fallback;
        }
        return Arrays.stream(Assignor.values())
                .filter(assignor -> assignor.label().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> body.wrong(
                        "assignor",
                        Arrays.stream(Assignor.values())
                                .map(Assignor::label)
                                .collect(Collectors.joining("', '", "'", "'"))));
    }

    private static Duration timeout(JsonBody body, String field, Duration fallback) {
        Duration timeout = body.duration(field);
        if (timeout == null) {
            return fallback;
        }
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw body.wrong(field, "a duration from 100ms to 24h");
        }
        return timeout;
    }

    private static ProblemException refusal(String detail) {
        return ProblemException.of(ProblemType.INVALID_SUBSCRIPTION, detail);
    }
}
