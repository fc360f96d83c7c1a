package io.millrace.group;

import io.millrace.record.DraftRecord;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events as records of the internal topic, in JSON, so that a person can read it. The key says what is spoken of, the value
 * how it is now, no value that it is no more:
 *
 * <pre>
 * {"kind":"generation","group":g}                          {"generation":3,"nextGrant":9}; none where the group has ended
 * {"kind":"member","group":g,"member":m}                   {"topics":["orders"],"autoOffsetReset":"EARLIEST",...}
 * {"kind":"assignment","group":g,"member":m}               {"target":{"orders":[0,1]},"owned":{"orders":{"0":7,"1":8}}}
 * {"kind":"offset","group":g,"topic":t,"partition":0}      {"offset":42}
 * {"kind":"start","group":g,"topic":t,"partition":0}       {"offset":40}
 * </pre>
 */
final class GroupEventCodec {

    /**
     * An event and the group that it is of.
     *
     * @param timestamp when it happened, in milliseconds since the epoch
     */
    record Entry(GroupName group, GroupEvent event, long timestamp) {}

    private static final JsonMapper JSON = new JsonMapper();

    DraftRecord encode(GroupName group, GroupEvent event, long timestamp) {
        ObjectNode key = JSON.createObjectNode();
        key.put("kind", kind(event)).put("group", group.value());
        ObjectNode value = JSON.createObjectNode();
        boolean there = switch (event) {
            case GroupEvent.Generation(int generation, long nextGrant) -> {
                value.put("generation", generation).put("nextGrant", nextGrant);
                yield true;
            }
            case GroupEvent.Membership(String member, Subscription subscription, List<String> fenced) -> {
                key.put("member", member);
                if (!fenced.isEmpty()) {
                    ArrayNode array = value.putArray("fenced");
                    fenced.forEach(array::add);
                }
                yield putSubscription(value, subscription);
            }
            case GroupEvent.Assigned assigned -> {
                key.put("member", assigned.member());
                putAssignment(value, assigned);
                yield !assigned.isNothing();
            }
            case GroupEvent.Committed(TopicPartition partition, Long offset) ->
                putOffset(key, value, partition, offset);
            case GroupEvent.Started(TopicPartition partition, Long offset) -> putOffset(key, value, partition, offset);
            case GroupEvent.Ended() -> false;
        };
        return new DraftRecord(timestamp, bytes(key), there ? bytes(value) : null, List.of());
    }

    private static String kind(GroupEvent event) {
        return switch (event) {
            case GroupEvent.Generation _, GroupEvent.Ended _ -> "generation";
            case GroupEvent.Membership m -> "member";
            case GroupEvent.Assigned a -> "assignment";
            case GroupEvent.Committed c -> "offset";
            case GroupEvent.Started s -> "start";
        };
    }

    private static boolean putSubscription(ObjectNode value, @Nullable Subscription subscription) {
        if (subscription == null) {
            return false;
        }
        ArrayNode topics = value.putArray("topics");
        subscription.topics().forEach(topic -> topics.add(topic.value()));
        if (subscription.pattern() != null) {
            value.put("pattern", subscription.pattern().text());
        }
        if (subscription.isManual()) {
            putPartitions(value.putObject("partitions"), Set.copyOf(subscription.partitions()));
        }
        if (subscription.instanceId() != null) {
            value.put("instanceId", subscription.instanceId());
        }
        value.put("autoOffsetReset", subscription.autoOffsetReset().name())
                .put("sessionTimeoutMs", subscription.sessionTimeout().toMillis())
                .put("rebalanceTimeoutMs", subscription.rebalanceTimeout().toMillis())
                .put("assignor", subscription.assignor().name())
                .put("autoCommit", subscription.autoCommit());
        return true;
    }

    private static void putAssignment(ObjectNode value, GroupEvent.Assigned assigned) {
        putPartitions(value.putObject("target"), assigned.target());
        ObjectNode owned = value.putObject("owned");
        byTopic(assigned.owned().keySet()).forEach((topic, partitions) -> {
            ObjectNode grants = owned.putObject(topic);
            partitions.forEach(p ->
                    grants.put(Integer.toString(p), assigned.owned().get(new TopicPartition(new TopicName(topic), p))));
        });
    }

    private static void putPartitions(ObjectNode object, Set<TopicPartition> partitions) {
        byTopic(partitions).forEach((topic, numbers) -> {
            ArrayNode array = object.putArray(topic);
            numbers.forEach(array::add);
        });
    }

    private static List<TopicPartition> partitions(JsonNode object) {
        List<TopicPartition> partitions = new ArrayList<>();
        object.forEachEntry((topic, numbers) ->
                numbers.forEach(p -> partitions.add(new TopicPartition(new TopicName(topic), p.asInt()))));
        return List.copyOf(partitions);
    }

    private static Map<String, List<Integer>> byTopic(Set<TopicPartition> partitions) {
        Map<String, List<Integer>> byTopic = new TreeMap<>();
        partitions.stream()
                .sorted()
                .forEach(partition -> byTopic.computeIfAbsent(partition.topic().value(), t -> new ArrayList<>())
                        .add(partition.partition()));
        return byTopic;
    }

    private static boolean putOffset(
            ObjectNode key, ObjectNode value, TopicPartition partition, @Nullable Long offset) {
        key.put("topic", partition.topic().value()).put("partition", partition.partition());
        if (offset == null) {
            return false;
        }
        value.put("offset", offset);
        return true;
    }

    private static ByteBuffer bytes(ObjectNode node) {
        return ByteBuffer.wrap(JSON.writeValueAsBytes(node));
    }

    /** Reads a record back; null if it is of a kind that this version does not know. */
    @Nullable
    Entry decode(StoredRecord record) {
        if (record.key() == null) {
            return null;
        }
        JsonNode key = read(record.key());
        JsonNode value = record.value() == null ? null : read(record.value());
        GroupName group = new GroupName(key.get("group").asString());
        GroupEvent event = switch (key.get("kind").asString()) {
            case "generation" ->
                value == null
                        ? new GroupEvent.Ended()
                        : new GroupEvent.Generation(
                                value.get("generation").asInt(),
                                value.get("nextGrant").asLong());
            case "member" ->
                new GroupEvent.Membership(key.get("member").asString(), subscription(value), fenced(value));
            case "assignment" -> assigned(key.get("member").asString(), value);
            case "offset" -> new GroupEvent.Committed(partition(key), offset(value));
            case "start" -> new GroupEvent.Started(partition(key), offset(value));
            default -> null;
        };
        return event == null ? null : new Entry(group, event, record.timestamp());
    }

    private static List<String> fenced(@Nullable JsonNode value) {
        JsonNode names = value == null ? null : value.get("fenced");
        List<String> fenced = new ArrayList<>();
        if (names != null) {
            names.forEach(name -> fenced.add(name.asString()));
        }
        return List.copyOf(fenced);
    }

    private static @Nullable Subscription subscription(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        List<TopicName> topics = new ArrayList<>();
        value.get("topics").forEach(topic -> topics.add(new TopicName(topic.asString())));
        JsonNode pattern = value.get("pattern");
        JsonNode chosen = value.get("partitions");
        JsonNode instance = value.get("instanceId");
        return new Subscription(
                List.copyOf(topics),
                pattern == null ? null : TopicPattern.of(pattern.asString()),
                chosen == null ? List.of() : partitions(chosen),
                instance == null ? null : instance.asString(),
                AutoOffsetReset.valueOf(value.get("autoOffsetReset").asString()),
                Duration.ofMillis(value.get("sessionTimeoutMs").asLong()),
                Duration.ofMillis(value.get("rebalanceTimeoutMs").asLong()),
                Assignor.valueOf(value.get("assignor").asString()),
                value.get("autoCommit").asBoolean());
    }

    private static GroupEvent.Assigned assigned(String member, @Nullable JsonNode value) {
        if (value == null) {
            return GroupEvent.Assigned.nothing(member);
        }
        Set<TopicPartition> target = Set.copyOf(partitions(value.get("target")));
        Map<TopicPartition, Long> owned = new HashMap<>();
        value.get("owned")
                .forEachEntry((topic, grants) -> grants.forEachEntry((p, grant) ->
                        owned.put(new TopicPartition(new TopicName(topic), Integer.parseInt(p)), grant.asLong())));
        return new GroupEvent.Assigned(member, target, owned);
    }

    private static TopicPartition partition(JsonNode key) {
        return new TopicPartition(
                new TopicName(key.get("topic").asString()), key.get("partition").asInt());
    }

    private static @Nullable Long offset(@Nullable JsonNode value) {
        return value == null ? null : value.get("offset").asLong();
    }

    private static JsonNode read(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return JSON.readTree(copy);
    }
}
