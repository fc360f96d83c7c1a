package io.millrace.group;

import io.millrace.log.LogEngine;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Position;
import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where a member begins in partitions in which it has no place yet, or one that is not in the log any more. */
final class PlaceFinder {

    private final LogEngine log;
    private final Member member;

    /** Places that a read found to be no longer in the log; touched by attempts only, which never overlap. */
    private final Set<TopicPartition> outOfRange = new HashSet<>();

    PlaceFinder(LogEngine log, Member member) {
        this.log = log;
        this.member = member;
    }

    /** Has each partition begin where the group is in it; where that is nowhere, or no longer in the log, as subscribed. */
    void find(Group group, List<TopicPartition> kept) {
        List<TopicPartition> lost = new ArrayList<>();
        for (TopicPartition partition : kept) {
            Long start =
                    group.committed().getOrDefault(partition, group.started().get(partition));
            if (outOfRange.contains(partition)) {
                lost.add(partition);
            } else if (member.progress(partition) == null) {
                if (start == null) {
                    lost.add(partition);
                } else {
                    member.place(partition, start, start);
                }
            }
        }
        outOfRange.clear();
        if (lost.isEmpty()) {
            return;
        }
        if (member.subscription().autoOffsetReset() == AutoOffsetReset.NONE) {
            throw new GroupException.NoOffset(group.name(), lost.getFirst());
        }
        boolean earliest = member.subscription().autoOffsetReset() == AutoOffsetReset.EARLIEST;
        log.offsets(lost).forEach((partition, ends) -> {
            long reset = earliest ? ends.logStartOffset() : ends.highWatermark();
            member.place(partition, reset, reset);
        });
    }

    /** Has those of the places that a read did not find in the log be looked for anew. */
    void noteOutOfRange(List<Position> places) {
        Map<TopicPartition, PartitionOffsets> ends =
                log.offsets(places.stream().map(Position::partition).toList());
        for (Position position : places) {
            PartitionOffsets known = ends.get(position.partition());
            if (known != null
                    && (position.offset() < known.logStartOffset() || position.offset() > known.highWatermark())) {
                outOfRange.add(position.partition());
            }
        }
    }
}
