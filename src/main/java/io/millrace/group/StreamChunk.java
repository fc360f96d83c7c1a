package io.millrace.group;

import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link GroupStream} has to tell at a moment. Whoever writes it to the client must tell how that went, once: {@link
 * #confirm} or {@link #giveBack}.
 */
public final class StreamChunk {

    private final GroupName group;
    private final @Nullable Delivery delivery;
    private final Assignment assignment;
    private final boolean news;
    private final boolean over;
    private final Runnable confirmed;
    private final Map<TopicPartition, Cursor.Entry> place = new TreeMap<>();

    StreamChunk(
            GroupName group,
            @Nullable Delivery delivery,
            Assignment assignment,
            boolean news,
            boolean over,
            Cursor place,
            Runnable confirmed) {
        this.group = group;
        this.delivery = delivery;
        this.assignment = assignment;
        this.news = news;
        this.over = over;
        this.confirmed = confirmed;
        place.entries().forEach(entry -> this.place.put(entry.partition(), entry));
    }

    /** The messages, by partition; no partition that has none. */
    public List<FetchedPartition> partitions() {
        return delivery == null
                ? List.of()
                : delivery.partitions().stream()
                        .filter(found -> !found.records().isEmpty())
                        .toList();
    }

    /** What the member has. */
    public Assignment assignment() {
        return assignment;
    }

    /** Whether generation or assignment are others than in the chunk before. */
    public boolean isNews() {
        return news;
    }

    /** Whether another stream or a poll of the same member has taken over, so that there is no more. */
    public boolean isOver() {
        return over;
    }

    /** The place right behind a message of this chunk; to be asked in the order in which they are given. */
    public String cursorBehind(TopicPartition partition, long offset) {
        Delivery.Step step = delivery == null ? null : delivery.steps().get(partition);
        place.put(partition, new Cursor.Entry(partition, offset + 1, step == null ? -1 : step.grant()));
        return new Cursor(List.copyOf(place.values())).text(group);
    }

    /** It was written, as far as can be known; also where there was nothing but a sign of life. */
    public void confirm() {
        confirmNothing();
        confirmed.run();
    }

    void confirmNothing() {
        if (delivery != null) {
            delivery.confirm();
        }
    }

    /** The client has not got it: its messages are delivered again. */
    public void giveBack() {
        if (delivery != null) {
            delivery.giveBack();
        }
    }
}
