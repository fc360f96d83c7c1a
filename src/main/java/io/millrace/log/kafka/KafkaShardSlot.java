package io.millrace.log.kafka;

import io.millrace.log.LogException;
import io.millrace.time.Time;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The place of one shard on this server: empty, being filled, or held. */
final class KafkaShardSlot {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaShardSlot.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** What all slots need. */
    record Means(
            KafkaClients clients,
            KafkaNodeSettings node,
            KafkaHolders holders,
            KafkaRequests requests,
            Time time,
            Executor executor) {}

    private final KafkaShards shards;
    private final Means means;
    private final int number;
    private volatile boolean assigned;
    private volatile boolean held;
    private volatile @Nullable KafkaShard shard;

    KafkaShardSlot(KafkaShards shards, Means means, int number) {
        this.shards = shards;
        this.means = means;
        this.number = number;
    }

    /** Whether this server is in charge of the shard, and may answer for it. */
    boolean isHeld() {
        return held;
    }

    /** By which the shard is written; null while it is not here. */
    @Nullable
    KafkaShard shard() {
        return shard;
    }

    /** Takes the shard, in the background. */
    void assign() {
        assigned = true;
        means.executor().execute(this::take);
    }

    private synchronized void take() {
        while (assigned && shard == null && !shards.isClosed()) {
            try {
                KafkaShard mine = KafkaShard.take(
                        means.clients(), means.node().name() + "-shard-" + number, means.executor(), this::broke);
                shard = mine;
                shards.keeper()
                        .acquired(number, sink -> KafkaReplay.replay(means.clients(), shards.partition(number), sink));
                announce(mine);
                held = true;
                LOG.info("This server has shard {} of the groups", number);
            } catch (RuntimeException failure) {
                LOG.warn("Taking shard {} failed and is tried again: {}", number, KafkaFailures.reason(failure));
                empty();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void announce(KafkaShard mine) {
        String url = means.node().advertisedUrl();
        means.holders().announce(number, mine, url, means.time().millis());
    }

    /** A transaction failed: what the keeper knows is not what is written. All is read again, or another has it. */
    private void broke() {
        held = false;
        means.executor().execute(() -> {
            synchronized (this) {
                if (shard != null && !shard.isOpen()) {
                    empty();
                }
            }
            take();
        });
    }

    private void empty() {
        held = false;
        means.requests().lost(number);
        shards.keeper().lost(number);
        KafkaShard before = shard;
        shard = null;
        if (before != null) {
            before.close();
        }
    }

    /** Finishes what is under way and lets go. */
    void release() {
        assigned = false;
        held = false;
        synchronized (this) {
            if (shard != null) {
                LOG.info("This server gives shard {} of the groups away", number);
                empty();
            }
        }
    }

    /** Holds the shard no more until it is sure that nobody else has taken it meanwhile. */
    void doubt() {
        if (held) {
            held = false;
            means.executor().execute(this::prove);
        }
    }

    private synchronized void prove() {
        KafkaShard mine = shard;
        if (mine != null) {
            try {
                announce(mine);
                held = true;
            } catch (LogException fenced) {
                LOG.info("This server has lost shard {} of the groups: {}", number, fenced.detail());
            }
        }
    }
}
