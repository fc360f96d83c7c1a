package io.millrace.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.millrace.consume.WaitingPolls;
import io.millrace.group.GroupCoordinator;
import io.millrace.group.GroupException;
import io.millrace.group.GroupOffset;
import io.millrace.group.GroupSummary;
import io.millrace.group.TimeLags;
import io.millrace.log.LogException;
import java.util.ArrayList;
import java.util.List;

/** How far groups are behind, by group and partition, as of the last {@link #refresh}; and how many polls wait. */
public final class LagMetrics {

    /** So many messages are read at most to tell time lags, so that it stays cheap with many groups that are behind. */
    private static final int MAX_READS = 1000;

    private static final double MILLIS_PER_SECOND = 1000;

    private final GroupCoordinator groups;
    private final TimeLags timeLags;
    private final MultiGauge lag;
    private final MultiGauge timeLag;

    public LagMetrics(GroupCoordinator groups, TimeLags timeLags, WaitingPolls polls, MeterRegistry meters) {
        this.groups = groups;
        this.timeLags = timeLags;
        this.lag = MultiGauge.builder("millrace.group.lag")
                .description("Messages that a group has not committed yet, by topic and partition")
                .register(meters);
        this.timeLag = MultiGauge.builder("millrace.group.time.lag")
                .description("Age of the oldest message that a group has not committed yet, by topic and partition")
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("millrace.polls.waiting", polls, WaitingPolls::count)
                .description("Polls that wait for messages")
                .register(meters);
    }

    /** Looks at all groups anew. */
    public void refresh() {
        List<MultiGauge.Row<?>> lags = new ArrayList<>();
        List<MultiGauge.Row<?>> timeLagRows = new ArrayList<>();
        int reads = 0;
        for (GroupSummary group : groups.groups()) {
            for (GroupOffset offset : offsets(group)) {
                Tags tags = Tags.of(
                        "group", group.group().value(),
                        "topic", offset.partition().topic().value(),
                        "partition", Integer.toString(offset.partition().partition()));
                lags.add(MultiGauge.Row.of(tags, offset.lag()));
                reads += timeLags.isKnown(offset) ? 0 : 1;
                Long behind = reads > MAX_READS ? null : timeLags.millis(offset);
                if (behind != null) {
                    timeLagRows.add(MultiGauge.Row.of(tags, behind / MILLIS_PER_SECOND));
                }
            }
        }
        lag.register(lags, true);
        timeLag.register(timeLagRows, true);
    }

    private List<GroupOffset> offsets(GroupSummary group) {
        try {
            return groups.offsets(group.group());
        } catch (LogException.ShardElsewhere | GroupException.GroupNotFound goneMeanwhile) {
            return List.of();
        }
    }
}
