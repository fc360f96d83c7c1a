package io.millrace.log.kafka;

import io.millrace.log.LogException;
import io.millrace.log.Topic;
import io.millrace.log.TopicSettings;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The topics of the cluster, as last looked at. One that is asked for and not known is looked for; what others have created,
 * deleted or grown meanwhile is noticed by {@link #refresh}.
 */
final class KafkaTopics {

    private static final int ATTEMPTS = 250;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** @param served whether each of its partitions has a leader */
    private record Known(Topic topic, Uuid id, boolean served) {}

    private final Admin admin;
    private final short replicationFactor;
    private final Map<TopicName, Known> known = new ConcurrentHashMap<>();
    /** Not listed when last looked: gone if that is so the next time too. A broker may hear late of what others know. */
    private final Set<TopicName> missing = new HashSet<>();

    private final List<Consumer<TopicName>> listeners = new CopyOnWriteArrayList<>();
    /** So that what is looked at does not undo what is done meanwhile. */
    private final Object change = new Object();

    KafkaTopics(Admin admin, short replicationFactor) {
        this.admin = admin;
        this.replicationFactor = replicationFactor;
    }

    void onChange(Consumer<TopicName> listener) {
        listeners.add(listener);
    }

    List<Topic> all() {
        return known.values().stream()
                .map(Known::topic)
                .sorted(Comparator.comparing(Topic::name))
                .toList();
    }

    Optional<Topic> find(TopicName name) {
        Known there = known.get(name);
        return there != null ? Optional.of(there.topic()) : lookFor(name);
    }

    /** What the cluster knows a topic by, and no other of that name. */
    Optional<Uuid> idOf(TopicName name) {
        return find(name).map(_ -> known.get(name)).map(Known::id);
    }

    /** The topic of a partition that is there. */
    Topic require(TopicPartition partition) {
        Topic topic = find(partition.topic()).orElseThrow(() -> new LogException.TopicNotFound(partition.topic()));
        topic.partition(partition.partition());
        return topic;
    }

    /** Whether the partition is known to be there; asks nobody. */
    boolean isKnown(TopicPartition partition) {
        Known there = known.get(partition.topic());
        return there != null && partition.partition() < there.topic().partitions();
    }

    private Optional<Topic> lookFor(TopicName name) {
        synchronized (change) {
            Known found = describe(Set.of(name.value())).get(name);
            // What is taken to be gone is forgotten by groups: two questions, which as a rule meet two brokers.
            for (int i = 0; found == null && isListed(name) && i < ATTEMPTS; i++) {
                LockSupport.parkNanos(PAUSE_NANOS);
                found = describe(Set.of(name.value())).get(name);
            }
            if (found == null) {
                return Optional.empty();
            }
            known.put(name, found);
            return Optional.of(found.topic());
        }
    }

    private boolean isListed(TopicName name) {
        return get(admin.listTopics().names(), "list its topics", null).contains(name.value());
    }

    Topic create(TopicName name, int partitions, TopicSettings settings) {
        NewTopic wanted = new NewTopic(name.value(), Optional.of(partitions), replicas())
                .configs(KafkaTopicConfig.toKafka(settings));
        Topic made;
        synchronized (change) {
            CreateTopicsResult result = admin.createTopics(List.of(wanted));
            Uuid id = get(result.topicId(name.value()), "create", name);
            made = awaitThere(name, id);
        }
        tell(name);
        return made;
    }

    private Optional<Short> replicas() {
        return replicationFactor < 1 ? Optional.empty() : Optional.of(replicationFactor);
    }

    /** A broker may answer before it has heard itself of a topic that was just made. */
    private Topic awaitThere(TopicName name, Uuid id) {
        for (int i = 0; i < ATTEMPTS; i++) {
            Known found = describe(Set.of(name.value())).get(name);
            if (found != null && found.id().equals(id) && found.served()) {
                known.put(name, found);
                return found.topic();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new LogException.Unavailable(
                "Kafka has created topic '%s' but does not serve it yet".formatted(name), null);
    }

    /**
     * Has the cluster alter a topic. Only the settings are sent that differ from those last looked at: others may have
     * changed the rest meanwhile, and whoever asks cannot have meant that.
     */
    Topic alter(TopicName name, int partitions, TopicSettings settings) {
        Topic before;
        Topic after;
        synchronized (change) {
            before = find(name).orElseThrow(() -> new LogException.TopicNotFound(name));
            Known found = describe(Set.of(name.value())).get(name);
            Topic now = found == null ? before : found.topic();
            boolean grows = partitions != before.partitions() && partitions != now.partitions();
            if (grows && partitions < now.partitions()) {
                throw new LogException.FewerPartitions(now, partitions);
            }
            List<AlterConfigOp> changes = KafkaTopicConfig.changes(before.settings(), settings);
            if (grows) {
                grow(name, partitions, true);
            }
            if (!changes.isEmpty()) {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name.value());
                get(admin.incrementalAlterConfigs(Map.of(resource, changes)).all(), "alter", name);
            }
            if (grows) {
                grow(name, partitions, false);
            }
            after = awaitAltered(name, grows ? partitions : now.partitions(), before.settings(), settings);
        }
        if (after.partitions() != before.partitions()) {
            tell(name);
        }
        return after;
    }

    /** @param rehearse whether only to ask if the cluster would do it */
    private void grow(TopicName name, int partitions, boolean rehearse) {
        Map<String, NewPartitions> wanted = Map.of(name.value(), NewPartitions.increaseTo(partitions));
        CreatePartitionsOptions options = new CreatePartitionsOptions().validateOnly(rehearse);
        get(admin.createPartitions(wanted, options).all(), "alter", name);
    }

    /** The topic, once it is served as it was altered; with settings that the cluster does not take over, as it is. */
    private Topic awaitAltered(TopicName name, int partitions, TopicSettings before, TopicSettings settings) {
        Known found = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            found = describe(Set.of(name.value())).get(name);
            if (found != null
                    && found.served()
                    && found.topic().partitions() >= partitions
                    && took(before, settings, found.topic().settings())) {
                break;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        if (found == null || found.topic().partitions() < partitions) {
            throw new LogException.Unavailable(
                    "Kafka has altered topic '%s' but does not serve it so yet".formatted(name), null);
        }
        known.put(name, found);
        return found.topic();
    }

    /** Whether each setting that was to change is as it was to be. */
    private static boolean took(TopicSettings before, TopicSettings wanted, TopicSettings now) {
        Map<String, String> old = before.toMap();
        Map<String, String> found = now.toMap();
        return wanted.toMap().entrySet().stream()
                .allMatch(setting -> setting.getValue().equals(found.get(setting.getKey()))
                        || setting.getValue().equals(old.get(setting.getKey())));
    }

    void delete(TopicName name) {
        synchronized (change) {
            try {
                get(admin.deleteTopics(List.of(name.value())).all(), "delete", name);
            } finally {
                // Also if it is gone already; one that could not be deleted is found again.
                known.remove(name);
            }
        }
        tell(name);
    }

    /** Forgets a topic that was found not to be there. */
    void forget(TopicName name) {
        if (known.remove(name) != null) {
            tell(name);
        }
    }

    /** Looks at all topics, and tells of those that have come, gone or grown. */
    void refresh() {
        Set<TopicName> changed = ConcurrentHashMap.newKeySet();
        synchronized (change) {
            Set<String> names = get(admin.listTopics().names(), "list its topics", null);
            Map<TopicName, Known> found = describe(names);
            for (TopicName name : Set.copyOf(known.keySet())) {
                if (names.contains(name.value())) {
                    missing.remove(name);
                } else if (!missing.add(name)) {
                    missing.remove(name);
                    known.remove(name);
                    changed.add(name);
                }
            }
            found.forEach((name, now) -> {
                Known before = known.put(name, now);
                if (before == null
                        || !before.id().equals(now.id())
                        || before.topic().partitions() != now.topic().partitions()) {
                    changed.add(name);
                }
            });
        }
        changed.forEach(this::tell);
    }

    private void tell(TopicName name) {
        listeners.forEach(listener -> listener.accept(name));
    }

    private Map<TopicName, Known> describe(Collection<String> names) {
        Map<String, TopicDescription> descriptions = new HashMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, future) -> {
            TopicDescription description = unlessGone(future, new TopicName(name));
            if (description != null) {
                descriptions.put(name, description);
            }
        });
        Map<TopicName, Known> found = new HashMap<>();
        List<ConfigResource> resources = descriptions.keySet().stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        admin.describeConfigs(resources).values().forEach((resource, future) -> {
            TopicName name = new TopicName(resource.name());
            Config config = unlessGone(future, name);
            TopicDescription description = descriptions.get(resource.name());
            if (config != null && description != null) {
                Topic topic = new Topic(name, description.partitions().size(), KafkaTopicConfig.fromKafka(config));
                boolean served = description.partitions().stream()
                        .noneMatch(partition ->
                                partition.leader() == null || partition.leader().isEmpty());
                found.put(name, new Known(topic, description.topicId(), served));
            }
        });
        return found;
    }

    private static <T> @Nullable T unlessGone(Future<T> future, TopicName name) {
        try {
            return future.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof UnknownTopicOrPartitionException) {
                return null;
            }
            throw KafkaFailures.of(failure, "describe", name);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LogException.Unavailable("The server is shutting down", stopped);
        }
    }

    private static <T> T get(Future<T> future, String doing, @Nullable TopicName name) {
        return KafkaFailures.get(future, doing, name);
    }
}
