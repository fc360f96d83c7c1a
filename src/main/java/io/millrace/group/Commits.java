package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What a member may commit. Used under its group's lock. */
final class Commits {

    private final Group group;
    private final Member member;
    private final LogEngine log;

    Commits(Group group, Member member, LogEngine log) {
        this.group = group;
        this.member = member;
        this.log = log;
    }

    /** The offsets that a request comes to, by partition; all of them may be committed. */
    Map<TopicPartition, Long> wanted(CommitRequest request) {
        return switch (request) {
            case CommitRequest.Delivered() -> delivered();
            case CommitRequest.Offsets(List<Position> positions) -> explicit(positions);
            case CommitRequest.UpTo(String cursor) -> upTo(Cursor.parse(group.name(), cursor));
        };
    }

    private Map<TopicPartition, Long> delivered() {
        if (member.isRestored()) {
            throw new GroupException.DeliveryUnknown(member.id());
        }
        member.lost().forEach((partition, next) -> {
            // What was delivered of a topic that is gone belongs to nobody else.
            boolean isThere = log.topic(partition.topic()).isPresent();
            if (isThere && next > group.committed().getOrDefault(partition, -1L)) {
                throw stale(partition);
            }
        });
        return deliveredTo(member);
    }

    /** Up to where each partition was delivered to the member. */
    static Map<TopicPartition, Long> deliveredTo(Member member) {
        Map<TopicPartition, Long> wanted = new TreeMap<>();
        member.progress().forEach((partition, progress) -> {
            if (progress.isDelivered()) {
                wanted.put(partition, progress.next());
            }
        });
        return wanted;
    }

    private Map<TopicPartition, Long> explicit(List<Position> positions) {
        Map<TopicPartition, Long> wanted = new TreeMap<>();
        Map<TopicPartition, PartitionOffsets> ends =
                log.offsets(positions.stream().map(Position::partition).toList());
        for (Position position : positions) {
            TopicPartition partition = position.partition();
            PartitionOffsets known = ends.get(partition);
            // Asked alone, one that is not there says so.
            long end = (known != null ? known : log.offsets(partition)).highWatermark();
            if (!member.owned().containsKey(partition)) {
                throw stale(partition);
            }
            if (position.offset() < 0 || position.offset() > end) {
                throw new GroupException.InvalidCommit(
                        "Offset %d cannot be committed for partition %d of topic '%s': commit the offset that is to be read next, from 0 to %d (high watermark)"
                                .formatted(position.offset(), partition.partition(), partition.topic(), end));
            }
            if (wanted.put(partition, position.offset()) != null) {
                throw new GroupException.InvalidCommit("Partition %d of topic '%s' is named twice"
                        .formatted(partition.partition(), partition.topic()));
            }
        }
        return wanted;
    }

    private Map<TopicPartition, Long> upTo(Cursor cursor) {
        Map<TopicPartition, Long> held = heldUpTo(member, cursor);
        for (Cursor.Entry entry : cursor.entries()) {
            if (!held.containsKey(entry.partition())
                    && entry.offset() > group.committed().getOrDefault(entry.partition(), -1L)) {
                throw stale(entry.partition());
            }
        }
        return held;
    }

    /** Up to where the cursor says, of the partitions that the member still has under the same grant. */
    static Map<TopicPartition, Long> heldUpTo(Member member, Cursor cursor) {
        Map<TopicPartition, Long> held = new TreeMap<>();
        for (Cursor.Entry entry : cursor.entries()) {
            Long grant = member.owned().get(entry.partition());
            if (grant != null && grant == entry.grant()) {
                held.put(entry.partition(), entry.offset());
            }
        }
        return held;
    }

    private GroupException.StaleGeneration stale(TopicPartition partition) {
        return new GroupException.StaleGeneration(member.id(), partition, group.generation());
    }

    /** What has to happen for the offsets to be committed. */
    static List<GroupEvent> events(Group group, Map<TopicPartition, Long> wanted) {
        List<GroupEvent> events = new ArrayList<>();
        wanted.forEach((partition, offset) -> {
            if (!offset.equals(group.committed().get(partition))) {
                events.add(new GroupEvent.Committed(partition, offset));
            }
        });
        return events;
    }

    /** What has to happen for a group to forget where it is in some partitions. */
    static List<GroupEvent> forgetting(Group group, Predicate<TopicPartition> concerned) {
        List<GroupEvent> events = new ArrayList<>();
        group.committed().keySet().stream()
                .filter(concerned)
                .forEach(partition -> events.add(new GroupEvent.Committed(partition, null)));
        group.started().keySet().stream()
                .filter(concerned)
                .forEach(partition -> events.add(new GroupEvent.Started(partition, null)));
        return events;
    }

    /** What has to happen for a group to be no more, in which nobody is a member. */
    static List<GroupEvent> end(Group group) {
        List<GroupEvent> events = forgetting(group, _ -> true);
        events.add(new GroupEvent.Ended());
        return events;
    }
}
