package io.millrace.group;

import io.millrace.log.LocalShards;
import io.millrace.log.LogEngine;
import io.millrace.log.LogException;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The groups of a log that no server has, as its journal remembers them: to look at, and to set committed offsets. */
public final class GroupOffsets {

    private final LogEngine log;
    private final Time time;

    public GroupOffsets(LogEngine log, Time time) {
        this.log = log;
        this.time = time;
    }

    /**
     * How far a group is.
     *
     * @param committed the next offset to read, by partition
     * @param hasMembers whether somebody is a member of it
     */
    public record Standing(Map<TopicPartition, Long> committed, boolean hasMembers) {}

    /** All groups that the log remembers, by name; changes nothing. */
    public Map<String, Standing> read() {
        if (log.topic(LocalShards.topicOf(GroupJournal.PURPOSE)).isEmpty()) {
            return Map.of();
        }
        Replay replay = new Replay();
        journal().start(1, replay);
        return replay.standings();
    }

    /**
     * Commits offsets of groups in which nobody is a member; when the call returns, they survive a crash. A group comes into
     * being if it is not there, and keeps what it has committed elsewhere.
     *
     * @param journalPartitions of the internal topic, if it is not there
     */
    public void write(int journalPartitions, Map<String, Map<TopicPartition, Long>> offsets) {
        GroupJournal journal = journal();
        Replay replay = new Replay();
        journal.start(journalPartitions, replay);
        Map<String, Standing> there = replay.standings();
        List<LogEngine.Append> appends = new ArrayList<>();
        offsets.forEach((group, committed) -> {
            Standing standing = there.get(group);
            if (standing != null && standing.hasMembers()) {
                throw new GroupException.GroupNotEmpty(new GroupName(group), "its offsets are those of its members");
            }
            List<GroupEvent> events = new ArrayList<>();
            new TreeMap<>(committed)
                    .forEach((partition, offset) -> events.add(new GroupEvent.Committed(partition, offset)));
            if (!events.isEmpty()) {
                appends.add(journal.append(new GroupName(group), events));
            }
        });
        for (LogEngine.Append append : appends) {
            for (LogException failure : append.await().failures().values()) {
                throw failure;
            }
        }
    }

    private GroupJournal journal() {
        return new GroupJournal(new LocalShards(log), time);
    }

    /** Takes from the journal what is committed and who is there. */
    private static final class Replay implements GroupJournal.Keeper {
        private final Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();
        private final Map<String, Set<String>> members = new HashMap<>();

        @Override
        public void acquired(int shard, Consumer<Consumer<GroupEventCodec.Entry>> replay) {
            replay.accept(entry -> apply(entry.group().value(), entry.event()));
        }

        private void apply(String group, GroupEvent event) {
            if (event instanceof GroupEvent.Membership(String member, Subscription subscription, var _)) {
                Set<String> there = members.computeIfAbsent(group, g -> new HashSet<>());
                if (subscription == null) {
                    there.remove(member);
                } else {
                    there.add(member);
                }
            } else if (event instanceof GroupEvent.Committed(TopicPartition partition, Long offset)) {
                Map<TopicPartition, Long> there = committed.computeIfAbsent(group, g -> new TreeMap<>());
                if (offset == null) {
                    there.remove(partition);
                } else {
                    there.put(partition, offset);
                }
            }
        }

        Map<String, Standing> standings() {
            Set<String> names = new HashSet<>(committed.keySet());
            names.addAll(members.keySet());
            Map<String, Standing> standings = new TreeMap<>();
            for (String name : names) {
                standings.put(
                        name,
                        new Standing(
                                committed.getOrDefault(name, Map.of()),
                                !members.getOrDefault(name, Set.of()).isEmpty()));
            }
            return standings;
        }

        @Override
        public void lost(int shard) {}
    }
}
