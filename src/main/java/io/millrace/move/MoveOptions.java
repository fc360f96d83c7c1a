package io.millrace.move;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param from a data directory, or where a Kafka cluster is
 * @param to the other of the two
 * @param dryRun whether only to tell what would be done
 * @param properties for Kafka's clients, under Kafka's own names
 * @param replicationFactor of topics that are made in Kafka; -1 is the cluster's default
 */
record MoveOptions(String from, String to, boolean dryRun, Map<String, String> properties, short replicationFactor) {

    static final String USAGE = """
            usage: java -jar millrace.jar move --from SIDE --to SIDE [options]

            Moves all topics and the committed offsets of all groups between a data directory and a Kafka cluster.
            One SIDE is a directory (./data), the other Kafka's brokers (host:port[,host:port...]).

              --dry-run                tell what would be done, and change nothing
              --property KEY=VALUE     a property for Kafka's clients, as security.protocol=SASL_SSL; may be repeated
              --replication-factor N   how many brokers keep each partition of a new topic in Kafka
            """;

    private static final Pattern BROKERS = Pattern.compile("[^,/\\\\\\s]+:\\d+(,[^,/\\\\\\s]+:\\d+)*");

    /** Whether a side is a Kafka cluster; it is a directory otherwise. */
    static boolean isKafka(String side) {
        return BROKERS.matcher(side).matches();
    }

    /** @throws UsageException if these are not the arguments of a move */
    static MoveOptions parse(List<String> arguments) {
        Map<String, String> properties = new HashMap<>();
        String from = null;
        String to = null;
        boolean dryRun = false;
        short replicationFactor = -1;
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            String name = equals < 0 ? argument : argument.substring(0, equals);
            String value = equals < 0 ? null : argument.substring(equals + 1);
            switch (name) {
                case "--from" -> from = value(name, value, rest);
                case "--to" -> to = value(name, value, rest);
                case "--dry-run" -> dryRun = true;
                case "--property" -> putProperty(properties, value(name, value, rest));
                case "--replication-factor" -> replicationFactor = factor(value(name, value, rest));
                default -> throw new UsageException("There is no option '%s'".formatted(argument));
            }
        }
        if (from == null || to == null) {
            throw new UsageException("Both --from and --to are needed");
        }
        if (isKafka(from) == isKafka(to)) {
            throw new UsageException("One of --from and --to is a data directory, the other Kafka's host:port");
        }
        return new MoveOptions(from, to, dryRun, Map.copyOf(properties), replicationFactor);
    }

    private static String value(String name, @Nullable String value, Iterator<String> rest) {
        if (value == null && !rest.hasNext()) {
            throw new UsageException("%s needs a value".formatted(name));
        }
        return value != null ? value : rest.next();
    }

    private static void putProperty(Map<String, String> properties, String property) {
        int equals = property.indexOf('=');
        if (equals < 1) {
            throw new UsageException("--property is KEY=VALUE, not '%s'".formatted(property));
        }
        properties.put(property.substring(0, equals), property.substring(equals + 1));
    }

    private static short factor(String text) {
        try {
            short factor = Short.parseShort(text);
            if (factor >= 1) {
                return factor;
            }
        } catch (NumberFormatException notANumber) {
            // The same answer as for a number that is too small.
        }
        throw new UsageException("--replication-factor is a whole number from 1 on, not '%s'".formatted(text));
    }
}
