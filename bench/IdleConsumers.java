import java.io.IOException;
import java.net.URI;

/**
 * What consumers cost that are subscribed, have polled and do nothing: heap after a collection, threads and file descriptors.
 *
 * <pre>java bench/IdleConsumers.java http://127.0.0.1:8080 CONSUMERS GROUPS PID</pre>
 */
final class IdleConsumers {

    /**
     * For each consumer.
     *
     * @param kilobytes of heap
     * @param threads of the server's process that came with them
     * @param descriptors of the server's process that came with them
     */
    record Cost(double kilobytes, double threads, double descriptors) {}

    private IdleConsumers() {}

    public static void main(String[] args) throws Exception {
        int consumers = Integer.parseInt(args[1]);
        int groups = Integer.parseInt(args[2]);
        Cost cost = measure(URI.create(args[0]), consumers, groups, Long.parseLong(args[3]));
        System.out.printf(
                "%,d idle consumers in %,d groups: %.1f KB of heap, %.3f threads and %.3f file descriptors each%n",
                consumers, groups, cost.kilobytes(), cost.threads(), cost.descriptors());
    }

    static Cost measure(URI server, int consumers, int groups, long pid) throws IOException, InterruptedException {
        String name = "idle-" + System.nanoTime();
        try (Connection connection = new Connection(server)) {
            connection.expect("POST", "/topics", "{\"name\":\"" + name + "\",\"partitions\":3}");
            long heap = Server.liveBytes(pid);
            long threads = Server.threads(pid);
            long descriptors = Server.descriptors(pid);
            for (int c = 0; c < consumers; c++) {
                String members = "/groups/" + name + "-" + c % groups + "/consumers";
                connection.expect("POST", members,
                        "{\"topics\":[\"%s\"],\"consumer\":\"c%d\",\"sessionTimeout\":\"1h\"}".formatted(name, c));
                connection.expect("GET", members + "/c" + c + "/messages", "");
            }
            Cost cost = new Cost(
                    (Server.liveBytes(pid) - heap) / 1024.0 / consumers,
                    (double) (Server.threads(pid) - threads) / consumers,
                    (double) (Server.descriptors(pid) - descriptors) / consumers);
            for (int c = 0; c < consumers; c++) {
                connection.call("DELETE", "/groups/" + name + "-" + c % groups + "/consumers/c" + c, "");
            }
            connection.expect("DELETE", "/topics/" + name, "");
            return cost;
        }
    }
}
