package io.millrace.web.node;

import io.millrace.log.LogException;
import io.millrace.log.Shards;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.springframework.util.function.SingletonSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The other servers of this installation, as this one speaks with them. */
public final class OtherServers {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int TELLINGS = 3;

    private final Shards shards;
    private final String self;
    /** Made when it is first needed: it reads all certificates that the JVM trusts, and most servers have no others. */
    private final SingletonSupplier<HttpClient> client;

    OtherServers(Shards shards, String self, Executor executor) {
        this.shards = shards;
        this.self = self;
        this.client = SingletonSupplier.of(() -> HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .executor(executor)
                .build());
    }

    HttpClient client() {
        return client.obtain();
    }

    /** The groups that others coordinate, each as {@code GET /groups} tells of it. */
    public List<JsonNode> groups() {
        Set<String> others = shards.others();
        List<JsonNode> groups = new ArrayList<>();
        for (String other : others) {
            try {
                HttpResponse<byte[]> answer = client().send(
                                HttpRequest.newBuilder(URI.create(other + "/groups"))
                                        .header(NodeHeaders.FORWARDED_BY, self)
                                        .timeout(ANSWER)
                                        .build(),
                                BodyHandlers.ofByteArray());
                JSON.readTree(answer.body()).path("groups").forEach(groups::add);
            } catch (IOException gone) {
                throw new LogException.Unavailable("The server at " + other + " does not tell its groups", gone);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new LogException.Unavailable("The server is shutting down", stopped);
            }
        }
        return groups;
    }

    /** Whether the request comes from another server, and so asks for what this one has itself. */
    public boolean isForwarded(jakarta.servlet.http.HttpServletRequest request) {
        return request.getHeader(NodeHeaders.FORWARDED_BY) != null;
    }

    /** Tells the server that an answer came from whether the client got it. */
    void tell(URI server, String delivery, boolean delivered) {
        tell(server, delivery, delivered, TELLINGS);
    }

    private void tell(URI server, String delivery, boolean delivered, int attempts) {
        URI uri = server.resolve(NodeHeaders.DELIVERIES_PATH + delivery + "?delivered=" + delivered);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(ANSWER)
                .POST(BodyPublishers.noBody())
                .build();
        Future<?> _ = client().sendAsync(request, BodyHandlers.discarding()).whenComplete((answer, failure) -> {
            if (failure != null && attempts > 1) {
                tell(server, delivery, delivered, attempts - 1);
            }
        });
    }
}
