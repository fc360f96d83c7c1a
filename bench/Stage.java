import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The processes of a run: the built jar, and the ceiling: an endpoint on the same Tomcat that parses the same JSON and stores
 * nothing, once on a pool of threads and once on virtual ones.
 */
final class Stage implements AutoCloseable {

    /** The heap of each process. */
    private static final String HEAP = "-Xmx2g";

    private static final String NOT_FOR_BARE =
            ".*(actuator|micrometer-(core|registry|jakarta)|boot-micrometer|springdoc|swagger|kafka|prometheus|validat).*";

    private final Path work;
    private final Server millrace;
    private final Server bare;
    private final Server bareVirtual;

    Stage() throws IOException, InterruptedException {
        this.work = Files.createTempDirectory(Path.of("target"), "bench");
        this.millrace = millrace("data", 18080);
        String path = bareClassPath();
        this.bare = bare(path, 18081, false);
        this.bareVirtual = bare(path, 18082, true);
    }

    Path directory() {
        return work;
    }

    Server millrace() {
        return millrace;
    }

    Server bare() {
        return bare;
    }

    Server bareVirtual() {
        return bareVirtual;
    }

    /** The built jar, with a data directory of its own, as a user starts it. */
    Server millrace(String data, int port, String... settings) throws IOException, InterruptedException {
        return Server.millrace(work.resolve(data), port, List.of(HEAP), settings);
    }

    private Server bare(String classPath, int port, boolean virtual) throws IOException, InterruptedException {
        return new Server(URI.create("http://127.0.0.1:" + port), "/ready", work.resolve("bare-" + port + ".log"), List.of(
                java(), HEAP, "-cp", classPath, "io.millrace.bench.BareEndpoint",
                "--server.address=127.0.0.1", "--server.port=" + port, "--spring.profiles.active=bare",
                "--server.tomcat.max-keep-alive-requests=-1", "--spring.threads.virtual.enabled=" + virtual));
    }

    /** What the endpoint needs and no more: no actuator, no API documents. */
    private String bareClassPath() throws IOException {
        try (Stream<Path> jars = Files.list(Path.of("target", "millrace", "lib"))) {
            return "target/test-classes:" + jars.map(Path::toString)
                    .filter(jar -> !jar.substring(jar.lastIndexOf('/')).matches(NOT_FOR_BARE))
                    .collect(Collectors.joining(":"));
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        millrace.close();
        bare.close();
        bareVirtual.close();
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(work)) {
            all.sorted(Comparator.reverseOrder()).forEach(files::add);
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
