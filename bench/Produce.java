import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** Closed loops of POSTs to servers in turns, each time into a topic of its own that is deleted thereafter. */
final class Produce {

    /** What is measured of one server in the rounds. */
    static final class Rounds {
        final Series perSecond = new Series();
        final Series p50 = new Series();
        final Series p99 = new Series();
    }

    /** Where it is produced to: a server, with what a topic is created with. */
    record Target(String name, URI server, String topic) {

        /** An endpoint that has no topics. */
        static Target bare(String name, URI server) {
            return new Target(name, server, null);
        }
    }

    private final Options options;

    Produce(Options options) {
        this.options = options;
    }

    /** Measures all targets in each round; the first round is for warming up and not counted. */
    Map<String, Rounds> measure(Wrk wrk, Target... targets) throws IOException, InterruptedException {
        Map<String, Rounds> reached = new HashMap<>();
        for (int round = 0; round <= options.rounds(); round++) {
            for (Target target : targets) {
                Wrk.Reached result = once(wrk, target);
                if (round > 0) {
                    Rounds rounds = reached.computeIfAbsent(target.name(), _ -> new Rounds());
                    rounds.perSecond.add(result.requestsPerSecond());
                    rounds.p50.add(result.p50Millis());
                    rounds.p99.add(result.p99Millis());
                }
            }
        }
        return reached;
    }

    private Wrk.Reached once(Wrk wrk, Target target) throws IOException, InterruptedException {
        String topic = "produce-" + System.nanoTime();
        if (target.topic() == null) {
            return wrk.run(target.server().resolve("/topics/" + topic + "/messages"), options.seconds());
        }
        try (Connection connection = new Connection(target.server())) {
            connection.expect("POST", "/topics", "{\"name\":\"" + topic + "\"," + target.topic() + "}");
            try {
                return wrk.run(target.server().resolve("/topics/" + topic + "/messages"), options.seconds());
            } finally {
                connection.expect("DELETE", "/topics/" + topic, "");
            }
        }
    }
}
