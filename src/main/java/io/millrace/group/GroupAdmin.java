package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.log.OutsideOffsets;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.log.Topic;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is done to groups by hand: readers are sent elsewhere, committed offsets are set, groups are removed. */
public final class GroupAdmin {

    private final GroupCoordinator coordinator;
    private final Groups groups;
    private final LogEngine log;
    private final OutsideOffsets outside;

    public GroupAdmin(GroupCoordinator coordinator, LogEngine log, OutsideOffsets outside) {
        this.coordinator = coordinator;
        this.groups = coordinator.registry();
        this.log = log;
        this.outside = outside;
    }

    /**
     * Has a member go on elsewhere with its next poll; what is committed stays as it is. It counts as a call of the member,
     * with which it lets go of what is to move.
     *
     * @param wanted of partitions that the member has
     * @return with where it goes on
     * @throws LogException.OffsetOutOfRange if an offset lies outside the log
     * @throws GroupException.StaleGeneration if the member has not got one of the partitions
     */
    public Placed seek(GroupName name, String consumer, List<PlaceRequest> wanted) {
        Map<TopicPartition, Long> committed = groups.look(name, group -> {
            Member _ = group.member(consumer);
            return new TreeMap<>(group.committed());
        });
        Map<TopicPartition, Long> places = resolve(wanted, committed);
        List<Runnable> waiting = new ArrayList<>();
        Assignment assignment = groups.change(name, (group, now) -> {
            Member member = group.member(consumer);
            member.beginCall(now);
            member.endCall(now);
            places.keySet().stream()
                    .filter(partition -> !member.keeps(partition))
                    .findFirst()
                    .ifPresent(partition -> {
                        throw new GroupException.StaleGeneration(consumer, partition, group.generation());
                    });
            places.forEach(member::seek);
            Groups.noteWaiting(member, waiting);
            return new Decision<>(
                    coordinator.released(group, member, Map.of()), () -> GroupCoordinator.told(group, member));
        });
        waiting.forEach(Runnable::run);
        return new Placed(Position.of(places), assignment);
    }

    /**
     * Sets committed offsets of a group in which nobody is a member. It comes into being if it is not there, unless all that it
     * has committed is to be set: that would be nothing.
     *
     * @param dryRun whether only to tell what would become of them
     * @throws GroupException.GroupNotFound if it is not there, and no topic is named
     * @throws LogException.OffsetOutOfRange if an offset lies outside the log
     * @throws GroupException.GroupNotEmpty if somebody is a member
     */
    public List<MovedOffset> reset(GroupName name, List<PlaceRequest> wanted, boolean dryRun) {
        checkOutside(name);
        Map<TopicPartition, Long> before =
                wanted.stream().allMatch(request -> request.topic() == null) ? existing(name) : committed(name);
        Map<TopicPartition, Long> places = resolve(wanted, before);
        if (!dryRun) {
            groups.changeOrCreate(name, (group, now) -> {
                checkEmpty(group);
                return new Decision<>(Commits.events(group, places), () -> true);
            });
        }
        Map<TopicPartition, PartitionOffsets> ends = log.offsets(places.keySet());
        List<MovedOffset> moved = new ArrayList<>();
        places.forEach((partition, offset) -> {
            PartitionOffsets known = ends.get(partition);
            if (known != null) {
                moved.add(new MovedOffset(before.get(partition), new GroupOffset(partition, offset, known)));
            }
        });
        return moved;
    }

    private Map<TopicPartition, Long> committed(GroupName name) {
        try {
            return existing(name);
        } catch (GroupException.GroupNotFound notYet) {
            return Map.of();
        }
    }

    private Map<TopicPartition, Long> existing(GroupName name) {
        return groups.look(name, group -> {
            checkEmpty(group);
            return new TreeMap<>(group.committed());
        });
    }

    /** Removes a group in which nobody is a member, with all that it has committed. */
    public void delete(GroupName name) {
        checkOutside(name);
        groups.look(name, group -> {
            checkEmpty(group);
            return true;
        });
        outside.forget(name.value(), List.of());
        groups.change(name, (group, now) -> {
            checkEmpty(group);
            return new Decision<>(Commits.end(group), () -> true);
        });
    }

    /**
     * Forgets what a group in which nobody is a member has committed.
     *
     * @param topic of which topic; null for all
     * @param partition of which partition of it; null for all
     */
    public void deleteOffsets(GroupName name, @Nullable TopicName topic, @Nullable Integer partition) {
        checkOutside(name);
        Predicate<TopicPartition> concerned = one ->
                (topic == null || one.topic().equals(topic)) && (partition == null || one.partition() == partition);
        List<TopicPartition> gone =
                committed(name).keySet().stream().filter(concerned).toList();
        if (!gone.isEmpty()) {
            outside.forget(name.value(), gone);
        }
        groups.change(name, (group, now) -> {
            checkEmpty(group);
            return new Decision<>(Commits.forgetting(group, concerned), () -> true);
        });
    }

    private void checkOutside(GroupName name) {
        if (outside.of(name.value()).active()) {
            throw new GroupException.GroupNotEmpty(name, "clients of Kafka's own protocol are members of it");
        }
    }

    private static void checkEmpty(Group group) {
        int members = group.members().size();
        if (members > 0) {
            throw new GroupException.GroupNotEmpty(
                    group.name(),
                    members == 1
                            ? "it has 1 member; have it leave first, or wait until its session is over"
                            : "it has %d members; have them leave first, or wait until their sessions are over"
                                    .formatted(members));
        }
    }

    private Map<TopicPartition, Long> resolve(List<PlaceRequest> wanted, Map<TopicPartition, Long> committed) {
        Map<TopicPartition, Place> places = new LinkedHashMap<>();
        for (PlaceRequest request : wanted) {
            for (TopicPartition partition : partitions(request, committed.keySet())) {
                if (places.put(partition, request.place()) != null) {
                    throw new GroupException.InvalidCommit("Partition %d of topic '%s' is named twice"
                            .formatted(partition.partition(), partition.topic()));
                }
            }
        }
        Map<TopicPartition, Long> resolved = new TreeMap<>();
        places.forEach((partition, place) -> resolved.put(partition, resolve(partition, place, committed)));
        return resolved;
    }

    private Collection<TopicPartition> partitions(PlaceRequest request, Collection<TopicPartition> committed) {
        TopicName name = request.topic();
        if (name == null) {
            return committed;
        }
        Topic topic = log.topic(name).orElseThrow(() -> new LogException.TopicNotFound(name));
        if (request.partition() != null) {
            return List.of(topic.partition(request.partition()));
        }
        List<TopicPartition> all = new ArrayList<>();
        for (int p = 0; p < topic.partitions(); p++) {
            all.add(topic.partition(p));
        }
        return all;
    }

    private long resolve(TopicPartition partition, Place place, Map<TopicPartition, Long> committed) {
        PartitionOffsets ends = log.offsets(partition);
        return switch (place) {
            case Place.Earliest() -> ends.logStartOffset();
            case Place.Latest() -> ends.highWatermark();
            case Place.Since(long timestamp) -> log.offsetForTimestamp(partition, timestamp);
            case Place.At(long offset) -> {
                if (offset < ends.logStartOffset() || offset > ends.highWatermark()) {
                    throw new LogException.OffsetOutOfRange(partition, offset, ends);
                }
                yield offset;
            }
            case Place.Shifted(long by) -> {
                Long from = committed.get(partition);
                if (from == null) {
                    throw new GroupException.InvalidCommit(
                            "Nothing is committed in partition %d of topic '%s' that could be shifted; give an offset, a timestamp or an end"
                                    .formatted(partition.partition(), partition.topic()));
                }
                yield Math.clamp(from + by, ends.logStartOffset(), ends.highWatermark());
            }
        };
    }
}
