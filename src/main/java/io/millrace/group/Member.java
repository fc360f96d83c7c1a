package io.millrace.group;

import io.millrace.record.TopicPartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A member of a group: what is journalled of it, and what only the running server knows. Guarded by its group's lock. */
final class Member {

    /**
     * How far a member has read a partition.
     *
     * @param from where it began
     * @param next what it will get next; all between was delivered
     * @param placing differs whenever the member was put to a place, as by a cursor, other than by reading on
     * @param sought whether that place was asked for, whatever is committed
     */
    record Progress(long from, long next, long placing, boolean sought) {

        Progress upTo(long newNext) {
            return new Progress(from, newNext, placing, sought);
        }

        boolean isDelivered() {
            return next > from;
        }
    }

    private final String id;
    private Subscription subscription;
    private Set<TopicPartition> target = Set.of();
    private Map<TopicPartition, Long> owned = Map.of();
    /** Since when it has had to let go of what it has and is not to keep, by the monotonic clock. */
    private final Map<TopicPartition, Long> owedSince = new HashMap<>();

    private List<String> fenced = List.of();
    private long placings;
    private final Map<TopicPartition, Progress> progress = new HashMap<>();
    private final Map<TopicPartition, Long> lost = new HashMap<>();

    /** Whether the server was restarted since the member's last poll, so that what was delivered to it is not known. */
    private boolean restored;

    private long lastSeenNanos;
    private int callsInFlight;
    /** Rises from poll to poll, so that each begins with another partition. */
    private int turn;

    /** The partitions that the last answer to it told. */
    private List<TopicPartition> told = List.of();

    private @Nullable GroupPoll poll;

    private @Nullable GroupStream stream;

    Member(String id, Subscription subscription, long nowNanos) {
        this.id = id;
        this.subscription = subscription;
        this.lastSeenNanos = nowNanos;
    }

    String id() {
        return id;
    }

    Subscription subscription() {
        return subscription;
    }

    void resubscribe(Subscription newSubscription) {
        subscription = newSubscription;
    }

    /** The names of those whose place it has taken, the last one last. */
    List<String> fenced() {
        return fenced;
    }

    void fence(List<String> names) {
        fenced = names;
    }

    void assign(Set<TopicPartition> newTarget, Map<TopicPartition, Long> newOwned, long nowNanos) {
        // What is had under another grant is read anew from what was committed.
        progress.entrySet().removeIf(entry -> {
            Long grant = newOwned.get(entry.getKey());
            boolean gone = grant == null || !grant.equals(owned.get(entry.getKey()));
            if (gone && entry.getValue().isDelivered()) {
                lost.put(entry.getKey(), entry.getValue().next());
            }
            return gone;
        });
        target = newTarget;
        owned = newOwned;
        owedSince.keySet().removeIf(partition -> !owned.containsKey(partition) || target.contains(partition));
        for (TopicPartition partition : owned.keySet()) {
            if (!target.contains(partition)) {
                owedSince.putIfAbsent(partition, nowNanos);
            }
        }
    }

    Set<TopicPartition> target() {
        return target;
    }

    /** The grant number of each partition that it has. */
    Map<TopicPartition, Long> owned() {
        return owned;
    }

    /** Whether it has the partition and is to keep it. */
    boolean keeps(TopicPartition partition) {
        return owned.containsKey(partition) && target.contains(partition);
    }

    /** Whether it has something that is to go to another. */
    boolean owesPartitions() {
        return !owedSince.isEmpty();
    }

    /** Until when it may keep the first of what is to go to others, by the monotonic clock; only asked if there is any. */
    long handOverEndNanos() {
        return Collections.min(owedSince.values()) + rebalanceTimeoutNanos();
    }

    /** What of that it may keep for now. */
    Set<TopicPartition> owedInTime(long nowNanos) {
        Set<TopicPartition> inTime = new HashSet<>();
        owedSince.forEach((partition, since) -> {
            if (since + rebalanceTimeoutNanos() > nowNanos) {
                inTime.add(partition);
            }
        });
        return inTime;
    }

    private long rebalanceTimeoutNanos() {
        return subscription.rebalanceTimeout().toNanos();
    }

    @Nullable
    Progress progress(TopicPartition partition) {
        return progress.get(partition);
    }

    Map<TopicPartition, Progress> progress() {
        return progress;
    }

    /** Has it go on at a place, whatever it has read up to now; answers that are still under way change nothing of that. */
    void place(TopicPartition partition, long from, long next) {
        progress.put(partition, new Progress(from, next, placings++, false));
    }

    /** Has it go on where it asked to, also if all of that is committed. */
    void seek(TopicPartition partition, long offset) {
        progress.put(partition, new Progress(offset, offset, placings++, true));
    }

    /** Has it read again what it was given from there on. */
    void setBack(TopicPartition partition, long offset) {
        progress.computeIfPresent(partition, (p, before) -> new Progress(offset, offset, placings++, before.sought()));
    }

    /** What is committed is not delivered again, though it may not know of having been given it, as after a restart. */
    void skipCommitted(TopicPartition partition, long committed) {
        Progress before = progress.get(partition);
        if (before != null && !before.sought() && before.next() < committed) {
            place(partition, committed, committed);
        }
    }

    /** Has it go on from what is committed, as whoever knows nothing of what was delivered before has to. */
    void startOver() {
        progress.clear();
        beginPoll();
    }

    /** Up to where partitions were delivered that it has had to let go since its last poll: it cannot commit them any more. */
    Map<TopicPartition, Long> lost() {
        return lost;
    }

    /** Forgets what a poll makes good. */
    void beginPoll() {
        lost.clear();
        restored = false;
    }

    /** What it was told before nobody knows; at the best all that it had. */
    void markRestored() {
        restored = true;
        told = ConsumerView.assignment(this);
    }

    boolean isRestored() {
        return restored;
    }

    List<TopicPartition> told() {
        return told;
    }

    void tell(List<TopicPartition> partitions) {
        told = partitions;
    }

    void beginCall(long nowNanos) {
        lastSeenNanos = nowNanos;
        callsInFlight++;
    }

    void endCall(long nowNanos) {
        lastSeenNanos = nowNanos;
        callsInFlight--;
    }

    /** Whether a call of it is under way, as one that waits is, or a stream is open. */
    boolean isCalling() {
        return callsInFlight > 0 || stream != null;
    }

    /** When its session is over, in nanoseconds of the clock; never while a call of it is under way. */
    long sessionEndNanos(long nowNanos) {
        long from = callsInFlight > 0 ? nowNanos : lastSeenNanos;
        return from + subscription.sessionTimeout().toNanos();
    }

    int nextTurn() {
        return turn++;
    }

    /**
     * The partitions that it must not let go of yet: its stream has sent messages of them that are not committed.
     *
     * @param committed what is committed of each
     */
    Set<TopicPartition> unsettled(Map<TopicPartition, Long> committed) {
        if (stream == null) {
            return Set.of();
        }
        Set<TopicPartition> unsettled = new HashSet<>(owned.keySet());
        unsettled.removeIf(partition -> {
            Progress sent = progress.get(partition);
            return sent == null || !sent.isDelivered() || committed.getOrDefault(partition, -1L) >= sent.next();
        });
        return unsettled;
    }

    /** The stream that is open, which a newer one or a poll takes the place of. */
    @Nullable
    GroupStream stream() {
        return stream;
    }

    void setStream(@Nullable GroupStream newStream) {
        stream = newStream;
    }

    /** Ends the poll and the stream that are under way, as another comes; what is returned tells them, outside of the lock. */
    List<Runnable> supersede() {
        List<Runnable> tell = new ArrayList<>(2);
        if (poll != null) {
            tell.add(poll::supersede);
        }
        if (stream != null) {
            tell.add(stream::wake);
            stream = null;
        }
        return tell;
    }

    @Nullable
    GroupPoll poll() {
        return poll;
    }

    void setPoll(@Nullable GroupPoll newPoll) {
        poll = newPoll;
    }
}
