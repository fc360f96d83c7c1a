package io.millrace.log.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.springframework.boot.SpringApplication;

/** A real Kafka cluster in processes of its own, started by {@code dev/kafka-up} as a user would. */
public final class KafkaCluster implements AutoCloseable {

    private final Path directory;
    private final int brokers;
    private final int firstPort;
    private final String bootstrapServers;

    private KafkaCluster(Path directory, int brokers, int firstPort) {
        this.directory = directory;
        this.brokers = brokers;
        this.firstPort = firstPort;
        this.bootstrapServers = up();
    }

    /** Starts one with nothing in it. */
    public static KafkaCluster start(int brokers) {
        try {
            Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "kafka");
            return new KafkaCluster(directory, brokers, freePorts(2 * brokers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The cluster that all test classes of this process share; it ends with the process. */
    public static KafkaCluster shared() {
        return Shared.CLUSTER;
    }

    private static final class Shared {
        private static final KafkaCluster CLUSTER = start(1);

        static {
            if ("kafka".equals(System.getProperty("engine"))) {
                // Not before the servers that use it: they would wait for it in vain.
                SpringApplication.getShutdownHandlers().add(CLUSTER::close);
            } else {
                Runtime.getRuntime().addShutdownHook(new Thread(CLUSTER::close));
            }
        }
    }

    /**
     * The first of so many neighbouring ports that nobody uses now. Another process looks elsewhere: the ports of a cluster
     * of which a broker was killed look free, but are still called by the others.
     */
    private static int freePorts(int count) {
        // A broker that is down leaves its ports free: other processes begin elsewhere.
        int begin = 20_000 + (int) (ProcessHandle.current().pid() % 400) * 24;
        return IntStream.iterate(begin, port -> port < 32_000, port -> port + count)
                .filter(first -> IntStream.range(first, first + count).allMatch(KafkaCluster::isFree))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** Where clients begin: {@code host:port}, comma separated. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Starts the brokers that do not run. */
    public String up() {
        return run("dev/kafka-up", Integer.toString(brokers), directory.toString(), Integer.toString(firstPort));
    }

    /** Kills a broker as a power cut would; brokers count from 1. */
    public void kill(int broker) {
        try {
            long pid = Long.parseLong(
                    Files.readString(directory.resolve(broker + ".pid")).strip());
            ProcessHandle.of(pid).ifPresent(process -> {
                process.destroyForcibly();
                process.onExit().join();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (int broker = 1; broker <= brokers; broker++) {
            kill(broker);
        }
    }

    private static String run(String... command) {
        try {
            Path output = Files.createTempFile("kafka-up", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            int code = process.waitFor();
            String text = Files.readString(output, StandardCharsets.UTF_8).strip();
            if (code != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
