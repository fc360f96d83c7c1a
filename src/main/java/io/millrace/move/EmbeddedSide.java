package io.millrace.move;

import io.millrace.group.GroupName;
import io.millrace.group.GroupOffsets;
import io.millrace.log.InvalidSettingException;
import io.millrace.log.LogEngine;
import io.millrace.log.TopicSetting;
import io.millrace.log.TopicSettings;
import io.millrace.log.segment.FileDisk;
import io.millrace.log.segment.SegmentLogEngine;
import io.millrace.record.InvalidNameException;
import io.millrace.record.TopicPartition;
import io.millrace.time.Time;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A data directory. */
final class EmbeddedSide implements Side {

    /** What a server makes at its first start, unless it is told otherwise. */
    private static final int JOURNAL_PARTITIONS = 4;

    private final Path root;
    private final SegmentLogEngine log;
    private final GroupOffsets groups;

    private EmbeddedSide(Path root, SegmentLogEngine log, Time time) {
        this.root = root;
        this.log = log;
        this.groups = new GroupOffsets(log, time);
    }

    /** A directory that a server may be writing to; nothing in it is changed. */
    static EmbeddedSide source(Path root, Time time) {
        if (!Files.isDirectory(root.resolve("topics"))) {
            throw new MoveException("%s is not a data directory of Millrace".formatted(root));
        }
        return toRead(root, time);
    }

    /** A directory, as it is now; one that is not there is an empty one. */
    static EmbeddedSide toRead(Path root, Time time) {
        return new EmbeddedSide(root, SegmentLogEngine.openToRead(root), time);
    }

    /** A directory that is written, made if it is not there; no server may have it. */
    static EmbeddedSide target(Path root, Time time) {
        String owner = "process %d, which moves messages into it\n"
                .formatted(ProcessHandle.current().pid());
        return new EmbeddedSide(root, SegmentLogEngine.open(new FileDisk(), root, owner), time);
    }

    @Override
    public String name() {
        return "the data directory " + root;
    }

    @Override
    public LogEngine log() {
        return log;
    }

    @Override
    public TopicSettings fit(TopicSettings settings) {
        Map<String, String> possible = new TreeMap<>();
        settings.toMap().forEach((key, value) -> {
            try {
                possible.put(key, TopicSetting.of(key).check(value));
            } catch (InvalidSettingException notHere) {
                possible.put(key, TopicSetting.of(key).defaultValue());
            }
        });
        return TopicSettings.DEFAULTS.with(possible);
    }

    @Override
    public int overheadBytes() {
        return 0;
    }

    @Override
    public Map<String, GroupOffsets.Standing> groups() {
        return groups.read();
    }

    @Override
    public boolean canName(String group) {
        try {
            return new GroupName(group).value().equals(group);
        } catch (InvalidNameException notHere) {
            return false;
        }
    }

    @Override
    public void commit(Map<String, Map<TopicPartition, Long>> offsets) {
        groups.write(JOURNAL_PARTITIONS, offsets);
    }

    @Override
    public void settle() {
        log.checkpoint();
    }

    @Override
    public void close() {
        log.close();
    }
}
