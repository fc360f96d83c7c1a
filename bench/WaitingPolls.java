import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets many polls wait on many topics, and tells what they cost while nothing happens (the server's memory, threads and CPU
 * time) and that one message wakes just the polls of its topic.
 *
 * <pre>java bench/WaitingPolls.java http://127.0.0.1:8080 POLLS TOPICS PID</pre>
 */
final class WaitingPolls {

    /**
     * What they cost.
     *
     * @param residentKilobytes each
     * @param heapKilobytes each
     * @param threads of the process while they wait
     * @param coreShare part of one core while nothing happens
     * @param woken how many were answered when one topic got a message
     * @param wokenForNothing how many of these wait on another topic
     */
    record Cost(
            double residentKilobytes,
            double heapKilobytes,
            long threads,
            double coreShare,
            int woken,
            int wokenForNothing) {}

    private WaitingPolls() {}

    public static void main(String[] args) throws Exception {
        int polls = Integer.parseInt(args[1]);
        int topics = Integer.parseInt(args[2]);
        Cost cost = measure(URI.create(args[0]), polls, topics, Long.parseLong(args[3]));
        System.out.printf(
                "%,d polls wait on %,d topics: %.1f KB resident and %.1f KB of heap each, %d threads, %.1f %% of a core%n",
                polls, topics, cost.residentKilobytes(), cost.heapKilobytes(), cost.threads(), 100 * cost.coreShare());
        System.out.printf(
                "one message on one of them: %d polls answered, %d of them for nothing%n",
                cost.woken(), cost.wokenForNothing());
    }

    static Cost measure(URI server, int polls, int topics, long pid) throws IOException, InterruptedException {
        String prefix = "waiting-" + System.nanoTime() + "-";
        List<Socket> sockets = new ArrayList<>();
        try (Connection connection = new Connection(server)) {
            for (int t = 0; t < topics; t++) {
                connection.expect("POST", "/topics", "{\"name\":\"" + prefix + t + "\",\"partitions\":1}");
            }
            double resident = Server.residentMegabytes(pid);
            long heap = Server.liveBytes(pid);
            for (int p = 0; p < polls; p++) {
                Socket socket = new Socket(server.getHost(), server.getPort());
                String path = "/topics/" + prefix + p % topics + "/partitions/0/messages?offset=0&wait=60s";
                socket.getOutputStream()
                        .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                sockets.add(socket);
            }
            TimeUnit.SECONDS.sleep(3);
            double cpu = Server.cpuSeconds(pid);
            TimeUnit.SECONDS.sleep(5);
            double share = (Server.cpuSeconds(pid) - cpu) / 5;
            double grown = (Server.residentMegabytes(pid) - resident) * 1024 / polls;
            double live = (Server.liveBytes(pid) - heap) / 1024.0 / polls;
            long threads = Server.threads(pid);
            connection.expect("POST", "/topics/" + prefix + "0/messages", "{\"value\":1}");
            TimeUnit.SECONDS.sleep(1);
            int woken = 0;
            int forNothing = 0;
            for (int p = 0; p < polls; p++) {
                if (sockets.get(p).getInputStream().available() > 0) {
                    woken++;
                    forNothing += p % topics == 0 ? 0 : 1;
                }
            }
            for (int t = 0; t < topics; t++) {
                connection.expect("DELETE", "/topics/" + prefix + t, "");
            }
            return new Cost(grown, live, threads, share, woken, forNothing);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
