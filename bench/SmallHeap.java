import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What clients can ask of a server with a small heap: it must refuse what is too much (429 or 503, with a Retry-After) before
 * it runs out of memory, and answer others meanwhile.
 */
final class SmallHeap {

    private static final String TOPIC = "small-heap";
    private static final String MESSAGES = "/topics/" + TOPIC + "/messages";
    private static final int LARGE_POLL = 32 << 20;

    private final URI server;

    SmallHeap(URI server) {
        this.server = server;
    }

    /** Makes the topic that is read, with more in it than an answer may hold. */
    void fill() throws IOException {
        try (Connection connection = new Connection(server)) {
            connection.expect("POST", "/topics", "{\"name\":\"" + TOPIC + "\",\"partitions\":1,\"config\":{\"durability\":\"written\"}}");
            connection.expect("POST", "/topics", "{\"name\":\"" + TOPIC + "-none\",\"partitions\":1}");
            byte[] batch = batch(1000, 1000);
            for (int i = 0; i < 40; i++) {
                Connection.Answer answer = connection.call("POST", MESSAGES, batch);
                if (!answer.isFine()) {
                    throw new IOException(answer.text());
                }
            }
        }
    }

    /** Clients that post as large a body as they may, each a few times, at the same time. */
    Map<String, Integer> largeBatches(int clients, int times, int bytes) throws InterruptedException {
        byte[] batch = batch(10_000, bytes / 10_000 - 20);
        return together(clients, times, connection -> connection.call("POST", MESSAGES, batch));
    }

    /** Clients that ask for as large an answer as they may, each a few times, at the same time. */
    Map<String, Integer> largePolls(int clients, int times) throws InterruptedException {
        return together(clients, times, connection -> connection.call("GET", largePoll(), ""));
    }

    private static String largePoll() {
        return "/topics/" + TOPIC + "/partitions/0/messages?offset=0&max=100000&maxBytes=" + LARGE_POLL;
    }

    /**
     * Clients that ask and do not read.
     *
     * @param accept what they ask for
     * @param meanwhile how others are answered while these wait
     */
    private Map<String, Integer> slowReaders(int clients, String path, String accept, Map<String, Integer> meanwhile)
            throws IOException, InterruptedException {
        List<Socket> sockets = new ArrayList<>();
        Map<String, Integer> outcomes = new TreeMap<>();
        try {
            for (int c = 0; c < clients; c++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(4096);
                socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 10_000);
                socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept
                        + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                sockets.add(socket);
            }
            TimeUnit.SECONDS.sleep(3);
            meanwhile.putAll(together(4, 25, connection -> connection.call("POST", MESSAGES, "{\"value\":1}")));
            for (Socket socket : sockets) {
                outcomes.merge(head(socket), 1, Integer::sum);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        return outcomes;
    }

    /** Clients that ask for a large answer and do not read it. */
    Map<String, Integer> slowPolls(int clients, Map<String, Integer> meanwhile) throws IOException, InterruptedException {
        return slowReaders(clients, largePoll(), "application/json", meanwhile);
    }

    /** Clients whose polls wait. */
    Map<String, Integer> waitingPolls(int clients, Map<String, Integer> meanwhile) throws IOException, InterruptedException {
        return slowReaders(clients, "/topics/" + TOPIC + "-none/partitions/0/messages?wait=60s", "application/json", meanwhile);
    }

    /** Clients that begin a stream and do not read it. */
    Map<String, Integer> slowStreams(int clients, Map<String, Integer> meanwhile) throws IOException, InterruptedException {
        return slowReaders(clients, "/topics/" + TOPIC + "/partitions/0/messages?offset=0&follow=true",
                "application/x-ndjson", meanwhile);
    }

    private static String head(Socket socket) {
        try {
            int there = socket.getInputStream().available();
            if (there == 0) {
                return "no answer yet";
            }
            byte[] start = socket.getInputStream().readNBytes(Math.min(there, 400));
            String text = new String(start, StandardCharsets.US_ASCII);
            return outcome(Integer.parseInt(text.split(" ")[1]), text.contains("Retry-After"));
        } catch (IOException lost) {
            return "connection lost";
        }
    }

    private interface Call {
        Connection.Answer on(Connection connection) throws IOException;
    }

    private Map<String, Integer> together(int clients, int times, Call call) throws InterruptedException {
        Map<String, Integer> outcomes = new TreeMap<>();
        AtomicInteger lost = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int c = 0; c < clients; c++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < times; i++) {
                    String outcome;
                    try (Connection connection = new Connection(server)) {
                        Connection.Answer answer = call.on(connection);
                        outcome = outcome(answer.status(), answer.mayBeTriedAgain());
                    } catch (IOException e) {
                        outcome = "connection lost";
                    }
                    synchronized (outcomes) {
                        outcomes.merge(outcome, 1, Integer::sum);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return outcomes;
    }

    private static String outcome(int status, boolean mayBeTriedAgain) {
        return status + (mayBeTriedAgain ? " with Retry-After" : "");
    }

    private static byte[] batch(int messages, int bytes) {
        String message = "{\"value\":\"" + "x".repeat(bytes) + "\"}";
        return ("{\"messages\":[" + (message + ",").repeat(messages - 1) + message + "]}").getBytes(StandardCharsets.US_ASCII);
    }
}
