import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets many polls wait on many topics, and tells what they cost while nothing happens (the server's memory, threads and CPU
 * time, from /proc) and that one message wakes just the polls of its topic.
 */
public class WaitingPolls {

    public static void main(String[] args) throws Exception {
        URI server = URI.create(args[0]);
        int polls = Integer.parseInt(args[1]);
        int topics = Integer.parseInt(args[2]);
        Path proc = Path.of("/proc", args[3]);
        HttpClient client = HttpClient.newHttpClient();
        String prefix = "waiting-" + System.nanoTime() + "-";
        for (int t = 0; t < topics; t++) {
            post(client, server + "/topics", "{\"name\":\"" + prefix + t + "\",\"partitions\":1}");
        }
        long before = memory(proc);
        List<Socket> sockets = new ArrayList<>();
        for (int p = 0; p < polls; p++) {
            Socket socket = new Socket(server.getHost(), server.getPort());
            socket.getOutputStream()
                    .write(("GET /topics/" + prefix + p % topics + "/partitions/0/messages?offset=0&wait=60s HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            sockets.add(socket);
        }
        TimeUnit.SECONDS.sleep(5);
        long ticks = cpuTicks(proc);
        TimeUnit.SECONDS.sleep(10);
        double cpu = (cpuTicks(proc) - ticks) / 10.0;
        System.out.printf(
                "%,d polls wait on %,d topics: %.0f MB more (%.1f KB a poll), %d threads, %.1f %% of a core%n",
                polls, topics, (memory(proc) - before) / 1024.0, (double) (memory(proc) - before) / polls, threads(proc), cpu);

        post(client, server + "/topics/" + prefix + "7/messages", "{\"value\":1}");
        TimeUnit.SECONDS.sleep(1);
        int answered = 0;
        int wrong = 0;
        for (int p = 0; p < polls; p++) {
            if (sockets.get(p).getInputStream().available() > 0) {
                answered++;
                wrong += p % topics == 7 ? 0 : 1;
            }
        }
        System.out.printf("one message on one of them: %d polls answered, %d of them for nothing%n", answered, wrong);
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static void post(HttpClient client, String url, String json) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 201) {
            throw new IOException(url + ": " + response.statusCode() + " " + response.body());
        }
    }

    /** Resident memory in KB. */
    private static long memory(Path proc) throws IOException {
        return status(proc, "VmRSS:");
    }

    private static long threads(Path proc) throws IOException {
        return status(proc, "Threads:");
    }

    private static long status(Path proc, String field) throws IOException {
        return Files.readAllLines(proc.resolve("status")).stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** User and system time, in hundredths of a second. */
    private static long cpuTicks(Path proc) throws IOException {
        String[] fields = Files.readString(proc.resolve("stat")).replaceFirst(".*\\) ", "").split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
