package io.millrace.move;

import io.millrace.group.GroupOffsets;
import io.millrace.log.LogException;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Topic;
import io.millrace.move.Plan.TopicPlan;
import io.millrace.record.StoredRecord;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Moves what a plan says, checks it, and tells of both. */
final class Mover {

    private final Side from;
    private final Side to;
    private final Plan plan;
    private final PrintStream out;
    private final Time time;
    private final Progress progress;
    private final Map<TopicPartition, OffsetMap> offsets = new HashMap<>();

    Mover(Side from, Side to, Plan plan, PrintStream out, Time time) {
        this.from = from;
        this.to = to;
        this.plan = plan;
        this.out = out;
        this.time = time;
        this.progress = new Progress(out, time);
    }

    private PartitionMove begin(TopicPlan topic, TopicPartition partition) {
        OffsetMap map = new OffsetMap(plan.committedIn(partition));
        offsets.put(partition, map);
        return new PartitionMove(from, to, topic, partition, plan.endsOf(partition), time.millis(), map, progress);
    }

    /** Compares what the target has already, and tells how much is left to do; returns whether nothing is against it. */
    boolean rehearse() {
        List<String> conflicts = new ArrayList<>(plan.conflicts());
        Table table = new Table("partition", "messages", "there already", "to be moved");
        for (TopicPlan topic : plan.topics()) {
            for (TopicPartition partition : topic.partitions()) {
                long all = PartitionMove.size(plan.endsOf(partition));
                long there = 0;
                if (topic.isThere() && partition.partition() < topic.target().partitions()) {
                    try {
                        PartitionMove move = begin(topic, partition);
                        move.compare();
                        there = move.checksum().records() + move.comparison().goneFromTarget();
                    } catch (MoveException conflict) {
                        conflicts.add(conflict.getMessage());
                        out.println("Conflict: " + conflict.getMessage());
                        continue;
                    }
                }
                table.add(partition, all, there, all - there);
            }
        }
        table.print(out);
        out.println();
        out.println("Nothing was changed.");
        return conflicts.isEmpty();
    }

    /** Does all of it; returns whether the target then has what the source has. */
    boolean move() {
        Table table = new Table("partition", "messages", "in the target", "moved now", "CRC-32C", "in the target", "");
        boolean equal = true;
        for (TopicPlan topic : plan.topics()) {
            TopicPlan made = topic.isThere() ? topic : topic.made(make(topic.target()));
            for (TopicPartition partition : topic.partitions()) {
                equal &= move(made, partition, table);
            }
        }
        boolean groupsEqual = equal && moveGroups();
        out.println();
        table.print(out);
        if (!equal) {
            out.println("The offsets of groups were not moved, since not all messages are there.");
        }
        return equal && groupsEqual;
    }

    private Topic make(Topic wanted) {
        return to.log().createTopic(wanted.name(), wanted.partitions(), wanted.settings());
    }

    private boolean move(TopicPlan topic, TopicPartition partition, Table table) {
        PartitionMove move = begin(topic, partition);
        move.compare();
        long moved = move.append();
        to.settle();
        Contents.Checksum there = readBack(partition, move.checksum().records());
        if (!same(move.checksum(), there)) {
            // One side has let go of old messages; what is left of them is looked at one by one.
            PartitionMove again = begin(topic, partition);
            again.compare();
            if (again.isComplete()) {
                again.append();
                move = again;
                there = again.checksum();
            }
        }
        Contents.Checksum mine = move.checksum();
        boolean equal = same(mine, there);
        table.add(
                partition,
                mine.records() + move.comparison().goneFromTarget(),
                there.records() + move.comparison().goneFromSource(),
                moved,
                hex(mine),
                hex(there),
                (equal ? "equal" : "DIFFERS") + remark(move.comparison()));
        return equal;
    }

    private static boolean same(Contents.Checksum one, Contents.Checksum other) {
        return one.records() == other.records() && one.value() == other.value();
    }

    private static String hex(Contents.Checksum checksum) {
        return String.format(Locale.ROOT, "%08x", checksum.value());
    }

    private static String remark(Comparison comparison) {
        return gone(comparison.goneFromTarget(), "the target's") + gone(comparison.goneFromSource(), "the source's");
    }

    private static String gone(long count, String whose) {
        return count == 0
                ? ""
                : String.format(Locale.ROOT, "; %,d are gone by %s retention or compaction", count, whose);
    }

    private Contents.Checksum readBack(TopicPartition partition, long expected) {
        PartitionOffsets ends = to.log().offsets(partition);
        Cursor cursor = new Cursor(to.log(), partition, ends);
        Contents.Checksum checksum = new Contents.Checksum();
        try {
            for (List<StoredRecord> read = cursor.take(); !read.isEmpty(); read = cursor.take()) {
                read.forEach(checksum::add);
                progress.at(partition, checksum.records(), expected, " checked");
            }
        } catch (LogException.OffsetOutOfRange letGoMeanwhile) {
            // What is left will be compared.
            return new Contents.Checksum();
        }
        return checksum;
    }

    /** Commits what is committed on the other side; returns whether it is so then. */
    private boolean moveGroups() {
        Map<String, GroupOffsets.Standing> before = to.groups();
        Map<String, Map<TopicPartition, Long>> wanted = new TreeMap<>();
        Map<String, Map<TopicPartition, Long>> missing = new TreeMap<>();
        plan.groups().forEach((group, committed) -> {
            Map<TopicPartition, Long> there = Plan.committed(before, group);
            Map<TopicPartition, Long> translated = new TreeMap<>();
            committed.forEach((partition, offset) -> translated.put(partition, translate(partition, offset)));
            wanted.put(group, translated);
            Map<TopicPartition, Long> behind = new TreeMap<>(translated);
            // A group that has gone on in the target is not taken back.
            behind.entrySet().removeIf(offset -> offset.getValue() <= there.getOrDefault(offset.getKey(), -1L));
            if (!behind.isEmpty()) {
                missing.put(group, behind);
            }
        });
        if (!missing.isEmpty()) {
            to.commit(missing);
        }
        return tellGroups(wanted);
    }

    private long translate(TopicPartition partition, long offset) {
        OffsetMap map = offsets.get(partition);
        if (map == null) {
            throw new MoveException("%s was not moved".formatted(partition));
        }
        return map.translate(offset);
    }

    private boolean tellGroups(Map<String, Map<TopicPartition, Long>> wanted) {
        Map<String, GroupOffsets.Standing> after = to.groups();
        boolean equal = true;
        Table table = new Table("group", "partition", "offset", "in the target", "");
        for (Map.Entry<String, Map<TopicPartition, Long>> group : wanted.entrySet()) {
            for (Map.Entry<TopicPartition, Long> offset : group.getValue().entrySet()) {
                TopicPartition partition = offset.getKey();
                long there = Plan.committed(after, group.getKey()).getOrDefault(partition, -1L);
                boolean same = there == offset.getValue();
                equal &= same;
                table.add(
                        group.getKey(),
                        partition,
                        plan.groups().getOrDefault(group.getKey(), Map.of()).getOrDefault(partition, -1L),
                        there,
                        same ? "equal" : "DIFFERS: %d was wanted".formatted(offset.getValue()));
            }
        }
        if (!wanted.isEmpty()) {
            out.println();
            table.print(out);
        }
        return equal;
    }
}
