package io.millrace.group;

import io.millrace.record.TopicPartition;
import java.util.HashMap;
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
     */
    record Progress(long from, long next) {

        boolean isDelivered() {
            return next > from;
        }
    }

    private final String id;
    private Subscription subscription;
    private Set<TopicPartition> target = Set.of();
    private Map<TopicPartition, Long> owned = Map.of();

    private final Map<TopicPartition, Progress> progress = new HashMap<>();
    private final Map<TopicPartition, Long> lost = new HashMap<>();

    /** Whether the server was restarted since the member's last poll, so that what was delivered to it is not known. */
    private boolean restored;

    private long lastSeenNanos;
    private int callsInFlight;
    /** Rises from poll to poll, so that each begins with another partition. */
    private int turn;

    private @Nullable GroupPoll poll;

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

    void assign(Set<TopicPartition> newTarget, Map<TopicPartition, Long> newOwned) {
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
        return !target.containsAll(owned.keySet());
    }

    @Nullable
    Progress progress(TopicPartition partition) {
        return progress.get(partition);
    }

    Map<TopicPartition, Progress> progress() {
        return progress;
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

    /** Forgets what was delivered to it: what is not committed is delivered again. */
    void startOver() {
        progress.clear();
        beginPoll();
    }

    void markRestored() {
        restored = true;
    }

    boolean isRestored() {
        return restored;
    }

    void beginCall(long nowNanos) {
        lastSeenNanos = nowNanos;
        callsInFlight++;
    }

    void endCall(long nowNanos) {
        lastSeenNanos = nowNanos;
        callsInFlight--;
    }

    /** Whether a call of it is under way, as one that waits is. */
    boolean isCalling() {
        return callsInFlight > 0;
    }

    /** When its session is over, in nanoseconds of the clock; never while a call of it is under way. */
    long sessionEndNanos(long nowNanos) {
        long from = callsInFlight > 0 ? nowNanos : lastSeenNanos;
        return from + subscription.sessionTimeout().toNanos();
    }

    int nextTurn() {
        return turn++;
    }

    @Nullable
    GroupPoll poll() {
        return poll;
    }

    void setPoll(@Nullable GroupPoll newPoll) {
        poll = newPoll;
    }
}
