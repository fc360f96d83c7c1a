package io.millrace.web.api;

import io.millrace.group.Place;
import io.millrace.group.PlaceRequest;
import io.millrace.record.InvalidNameException;
import io.millrace.record.TopicName;
import io.millrace.time.Time;
import io.millrace.web.JsonBody;
import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads from JSON where partitions are to be read on. */
final class PlaceReader {

    private static final String OFFSET = "offset";
    private static final String TIMESTAMP = "timestamp";
    private static final String SHIFT = "shiftBy";
    private static final String DURATION = "byDuration";

    private final Time time;
    private final ProblemType code;

    /** @param code what is wrong with a body is called */
    PlaceReader(Time time, ProblemType code) {
        this.time = time;
        this.code = code;
    }

    /** A seek: {@code {"positions": [{topic, partition, offset | timestamp}]}}. */
    List<PlaceRequest> positions(JsonBody body) {
        body.allow("positions");
        List<PlaceRequest> requests = new ArrayList<>();
        for (JsonBody entry : body.objects("positions")) {
            entry.allow("topic", "partition", OFFSET, TIMESTAMP);
            Integer partition = entry.integer("partition", 0, Integer.MAX_VALUE);
            if (partition == null) {
                throw entry.wrong("partition", "the number of a partition");
            }
            TopicName topic = topic(entry);
            if (requests.stream().anyMatch(one -> topic.equals(one.topic()) && partition.equals(one.partition()))) {
                throw refusal("Partition %d of topic '%s' is named twice".formatted(partition, topic));
            }
            requests.add(new PlaceRequest(topic, partition, place(entry, OFFSET, TIMESTAMP)));
        }
        if (requests.isEmpty()) {
            throw refusal(
                    "Field 'positions' must name at least one partition, as in {\"positions\": [{\"topic\": \"orders\", \"partition\": 0, \"offset\": \"earliest\"}]}");
        }
        return requests;
    }

    /**
     * A reset: {@code {"offsets": [{topic, partition?, offset | timestamp | shiftBy | byDuration}]}}, or one of the latter four
     * alone, for all partitions that the group has committed.
     */
    List<PlaceRequest> offsets(JsonBody body) {
        body.allow("offsets", OFFSET, TIMESTAMP, SHIFT, DURATION);
        if (!body.has("offsets")) {
            return List.of(new PlaceRequest(null, null, place(body, OFFSET, TIMESTAMP, SHIFT, DURATION)));
        }
        if (body.has(OFFSET) || body.has(TIMESTAMP) || body.has(SHIFT) || body.has(DURATION)) {
            throw refusal("Give a place for each of 'offsets', or one place for all without 'offsets'");
        }
        List<PlaceRequest> requests = new ArrayList<>();
        for (JsonBody entry : body.objects("offsets")) {
            entry.allow("topic", "partition", OFFSET, TIMESTAMP, SHIFT, DURATION);
            requests.add(new PlaceRequest(
                    topic(entry),
                    entry.integer("partition", 0, Integer.MAX_VALUE),
                    place(entry, OFFSET, TIMESTAMP, SHIFT, DURATION)));
        }
        if (requests.isEmpty()) {
            throw refusal(
                    "Field 'offsets' must name at least one topic, as in {\"offsets\": [{\"topic\": \"orders\", \"offset\": \"earliest\"}]}; a place without 'offsets' is for all that the group has committed");
        }
        return requests;
    }

    private TopicName topic(JsonBody entry) {
        try {
            return new TopicName(entry.requiredText("topic"));
        } catch (InvalidNameException e) {
            throw refusal(String.valueOf(e.getMessage()));
        }
    }

    private Place place(JsonBody entry, String... ways) {
        Place place = null;
        for (String way : ways) {
            if (entry.has(way)) {
                if (place != null) {
                    throw refusal("Give one of " + String.join(", ", ways) + ", not several");
                }
                place = place(entry, way);
            }
        }
        if (place == null) {
            throw refusal("Give where to go on: one of " + String.join(", ", ways)
                    + ", where offset is a number, \"earliest\" or \"latest\"");
        }
        return place;
    }

    private @Nullable Place place(JsonBody entry, String way) {
        return switch (way) {
            case OFFSET ->
                switch (entry.word(OFFSET)) {
                    case "earliest" -> new Place.Earliest();
                    case "latest" -> new Place.Latest();
                    case null -> new Place.At(entry.requiredLong(OFFSET));
                    default -> throw entry.wrong(OFFSET, "an offset, \"earliest\" or \"latest\"");
                };
            case TIMESTAMP -> {
                Long timestamp = entry.timestamp(TIMESTAMP);
                yield timestamp == null ? null : new Place.Since(timestamp);
            }
            case SHIFT -> {
                Long by = entry.wholeNumber(SHIFT, Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);
                yield by == null ? null : new Place.Shifted(by);
            }
            default -> {
                Duration back = entry.duration(DURATION);
                yield back == null ? null : new Place.Since(time.millis() - back.toMillis());
            }
        };
    }

    private ProblemException refusal(String detail) {
        return ProblemException.of(code, detail);
    }
}
