import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A server process that is measured; what it takes is read from /proc. */
final class Server implements AutoCloseable {

    private final Process process;
    private final URI url;
    private final double startSeconds;

    /**
     * Starts a process and waits until it answers; the process ends with this one.
     *
     * @param ready a path that is answered with a status of 500 and above, or not at all, until the server is ready
     */
    Server(URI url, String ready, Path log, List<String> command) throws IOException, InterruptedException {
        this.url = url;
        long start = System.nanoTime();
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        while (!answers(ready)) {
            if (!process.isAlive() || System.nanoTime() - start > TimeUnit.MINUTES.toNanos(5)) {
                close();
                throw new IOException("No answer from " + url + "; see " + Files.readString(log));
            }
            LockSupport.parkNanos(5_000_000);
        }
        this.startSeconds = (System.nanoTime() - start) / 1e9;
    }

    /**
     * The built server as a user starts it.
     *
     * @param arguments of the JVM
     */
    static Server millrace(Path data, int port, List<String> arguments, String... settings)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(arguments);
        command.addAll(List.of("-XX:AOTCache=target/millrace/millrace.aot", "-XX:TrimNativeHeapInterval=300000",
                "-jar", "target/millrace/millrace.jar", "--millrace.data-dir=" + data, "--millrace.listener.port=" + port));
        command.addAll(List.of(settings));
        Path log = data.resolveSibling(data.getFileName() + ".log");
        return new Server(URI.create("http://127.0.0.1:" + port), "/actuator/health/readiness", log, command);
    }

    URI url() {
        return url;
    }

    long pid() {
        return process.pid();
    }

    /** From the start of the process to its first good answer. */
    double startSeconds() {
        return startSeconds;
    }

    private boolean answers(String path) {
        try (Connection connection = new Connection(url)) {
            return connection.call("GET", path, "").status() < 500;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Resident memory in MB. */
    static double residentMegabytes(long pid) throws IOException {
        return status(pid, "VmRSS:") / 1024.0;
    }

    static long threads(long pid) throws IOException {
        return status(pid, "Threads:");
    }

    static long descriptors(long pid) throws IOException {
        try (Stream<Path> entries = Files.list(proc(pid).resolve("fd"))) {
            return entries.count();
        }
    }

    /** User and system time since the start of the process. */
    static double cpuSeconds(long pid) throws IOException {
        String[] fields = Files.readString(proc(pid).resolve("stat")).replaceFirst(".*\\) ", "").split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    /** Bytes of live objects, after a full collection. */
    static long liveBytes(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        String histogram = jcmd(pid, "GC.class_histogram");
        String total = histogram.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
        return Long.parseLong(total.strip().split("\\s+")[2]);
    }

    /** Has the JVM give back the memory of the C library that it does not use, as it does by itself every five minutes. */
    static void trim(long pid) throws IOException, InterruptedException {
        jcmd(pid, "System.trim_native_heap");
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process run = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command).start();
        String output = new String(run.getInputStream().readAllBytes());
        run.waitFor();
        return output;
    }

    private static long status(long pid, String field) throws IOException {
        return Files.readAllLines(proc(pid).resolve("status")).stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static Path proc(long pid) {
        return Path.of("/proc", Long.toString(pid));
    }

    /** Ends it as a loss of power to the process would, with nothing written down. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
