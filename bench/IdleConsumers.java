import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * What consumers cost that are subscribed and have polled: heap after a collection, threads and file descriptors.
 *
 * <pre>java bench/IdleConsumers.java http://127.0.0.1:8080 5000 500 PID</pre>
 */
final class IdleConsumers {

  public static void main(String[] args) throws Exception {
    String url = args[0];
    int consumers = Integer.parseInt(args[1]);
    int groups = Integer.parseInt(args[2]);
    long pid = Long.parseLong(args[3]);
    String run = Long.toHexString(System.nanoTime());
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      send(client, post(url + "/topics", "{\"name\":\"idle." + run + "\",\"partitions\":3}"));
      long before = heap(pid);
      try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        Semaphore some = new Semaphore(32);
        for (int c = 0; c < consumers; c++) {
          String members = url + "/groups/idle." + run + "." + c % groups + "/consumers";
          String id = "c" + c;
          some.acquire();
          var _ = executor.submit(() -> {
            try {
              String body = "{\"topics\":[\"idle.%s\"],\"consumer\":\"%s\",\"sessionTimeout\":\"1h\"}".formatted(run, id);
              send(client, post(members, body));
              send(client, HttpRequest.newBuilder(URI.create(members + "/" + id + "/messages")).build());
            } finally {
              some.release();
            }
            return true;
          });
        }
      }
      long after = heap(pid);
      System.out.printf(
          "%,d idle consumers in %,d groups: %.1f KB of heap each, %.0f MB resident in all, %d threads, %d file descriptors%n",
          consumers, groups, (after - before) / 1024.0 / consumers, resident(pid), entries(pid, "task"), entries(pid, "fd"));
    }
  }

  private static HttpRequest post(String uri, String json) {
    return HttpRequest.newBuilder(URI.create(uri))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json))
        .build();
  }

  private static void send(HttpClient client, HttpRequest request) throws Exception {
    var answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() >= 400) {
      throw new IllegalStateException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
    }
  }

  /** Bytes of live objects, after a full collection. */
  private static long heap(long pid) throws Exception {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    run(jcmd, pid, "GC.run");
    String histogram = run(jcmd, pid, "GC.class_histogram");
    String total = histogram.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
    return Long.parseLong(total.strip().split("\\s+")[2]);
  }

  private static String run(Path jcmd, long pid, String command) throws Exception {
    Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command).start();
    return new String(process.getInputStream().readAllBytes());
  }

  private static double resident(long pid) throws Exception {
    String line = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(l -> l.startsWith("VmRSS"))
        .findFirst()
        .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
  }

  private static long entries(long pid, String directory) throws Exception {
    try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(pid), directory))) {
      return entries.count();
    }
  }
}
