import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Closed loop by wrk, the cheapest client there is: on a small machine what the client takes is taken from the server. */
final class Wrk {

    /** What one run of it reached. */
    record Reached(double requestsPerSecond, double p50Millis, double p99Millis) {}

    private final String script;
    private final int connections;
    private final List<String> arguments;

    /**
     * @param script of this directory, without its ending
     * @param arguments for the script
     */
    Wrk(String script, int connections, String... arguments) {
        this.script = script;
        this.connections = connections;
        this.arguments = Arrays.asList(arguments);
    }

    Reached run(URI url, double seconds) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "wrk", "-t", "1", "-c", Integer.toString(connections), "--timeout", "10s",
                "-d", Math.max(1, Math.round(seconds)) + "s",
                "-s", "bench/" + script + ".lua", url.toString(), "--"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        String result = output.lines().filter(line -> line.startsWith("result ")).findFirst()
                .orElseThrow(() -> new IOException(String.join(" ", command) + ": " + output));
        String[] fields = result.split(" ");
        if (Long.parseLong(fields[5]) > 0) {
            throw new IOException(String.join(" ", command) + ": " + fields[5] + " requests failed");
        }
        return new Reached(
                Double.parseDouble(fields[1]) / Double.parseDouble(fields[2]) * 1e6,
                Double.parseDouble(fields[3]) / 1e3,
                Double.parseDouble(fields[4]) / 1e3);
    }
}
