package io.millrace.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.millrace.consume.WaitingPolls;
import io.millrace.group.GroupCoordinator;
import io.millrace.group.GroupOffset;
import io.millrace.group.GroupSummary;
import java.util.ArrayList;
import java.util.List;

/** How far groups are behind, by group and partition, as of the last {@link #refresh}; and how many polls wait. */
public final class LagMetrics {

    private final GroupCoordinator groups;
    private final MultiGauge lag;

    public LagMetrics(GroupCoordinator groups, WaitingPolls polls, MeterRegistry meters) {
        this.groups = groups;
        this.lag = MultiGauge.builder("millrace.group.lag")
                .description("Messages that a group has not committed yet, by topic and partition")
                .register(meters);
        Gauge.builder("millrace.polls.waiting", polls, WaitingPolls::count)
                .description("Polls that wait for messages")
                .register(meters);
    }

    /** Looks at all groups anew. */
    public void refresh() {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (GroupSummary group : groups.groups()) {
            for (GroupOffset offset : groups.offsets(group.group())) {
                Tags tags = Tags.of(
                        "group", group.group().value(),
                        "topic", offset.partition().topic().value(),
                        "partition", Integer.toString(offset.partition().partition()));
                rows.add(MultiGauge.Row.of(tags, offset.lag()));
            }
        }
        lag.register(rows, true);
    }
}
