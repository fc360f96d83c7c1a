package io.millrace.web.node;

import io.millrace.log.LogException;
import io.millrace.log.Shards;
import io.millrace.time.Time;
import io.millrace.time.Timer;
import io.millrace.web.AsyncAnswer;
import io.millrace.web.Body;
import io.millrace.web.BodyReader;
import io.millrace.web.ContentDecoding;
import io.millrace.web.MemoryBudget;
import io.millrace.web.Problems;
import io.millrace.web.connection.ClientConnection;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way to the server that it belongs to. While nobody is known to be that one, or it does not answer, it
 * waits and looks again; it holds no thread meanwhile.
 */
final class Forwarding {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int MISDIRECTED = 421;
    private static final int STREAM_BYTES = 16 * 1024;
    private static final int LONGEST_HELD_BYTES = 1024 * 1024;

    /** What forwardings need; the same for all. */
    record Means(
            Shards shards,
            OtherServers others,
            String self,
            Duration patience,
            Duration longestAnswer,
            Time time,
            Timer timer,
            Executor executor,
            MemoryBudget budget,
            BodyReader bodies,
            Problems problems) {}

    private final Means means;
    private final int shard;
    /** Whether it does no harm to send it twice. */
    private final boolean storedOnce;
    /** Whether its body is passed on as it comes. */
    private final boolean streamed;

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final AsyncAnswer async;
    private final long giveUpNanos;
    /** Read when it is first sent. */
    private @Nullable Body body;
    /** Whether some of a body that is passed on as it comes may be gone. */
    private volatile boolean begun;

    Forwarding(Means means, Belonging belonging, HttpServletRequest request, HttpServletResponse response) {
        this.means = means;
        this.shard = belonging.shard(means.shards());
        this.storedOnce = belonging instanceof Belonging.OfRequest;
        this.streamed = storedOnce && (isChunked(request) || request.getContentLengthLong() > LONGEST_HELD_BYTES);
        this.request = request;
        this.response = response;
        this.giveUpNanos = means.time().nanos() + means.patience().toNanos();
        this.async = AsyncAnswer.begin(request);
    }

    /** Finds out where it belongs and sends it there; what belongs here now goes its usual way. */
    void attempt() {
        try {
            Optional<String> holder = means.shards().holder(shard);
            if (holder.isPresent()) {
                readBody();
                send(URI.create(holder.get()));
            } else if (isHere() && body == null) {
                async.dispatch();
            } else if (isHere()) {
                refuse(new LogException.ShardElsewhere());
            } else {
                again(new LogException.ShardElsewhere());
            }
        } catch (IOException broken) {
            LOG.debug("The client went before it had sent all", broken);
            finish();
        } catch (RuntimeException failure) {
            refuse(failure);
        }
    }

    private void readBody() throws IOException {
        boolean none = request.getContentLengthLong() <= 0 && !isChunked(request);
        if (body == null && !none && !streamed) {
            body = means.bodies().read(request);
        }
    }

    private static boolean isChunked(HttpServletRequest request) {
        return request.getHeader("Transfer-Encoding") != null;
    }

    private boolean isHere() {
        try {
            means.shards().check(shard);
            return true;
        } catch (LogException.ShardElsewhere elsewhere) {
            return false;
        }
    }

    private void again(LogException otherwise) {
        if (means.time().nanos() > giveUpNanos) {
            refuse(otherwise);
        } else {
            means.timer().schedule(PAUSE, () -> means.executor().execute(() -> async.write(this::attempt)));
        }
    }

    private void send(URI server) {
        String query = request.getQueryString();
        URI target = server.resolve(request.getRequestURI() + (query == null ? "" : "?" + query));
        HttpRequest.Builder forwarded =
                HttpRequest.newBuilder(target).method(request.getMethod(), streamed ? stream() : publisher(body));
        if (!streamed) {
            forwarded.timeout(means.longestAnswer());
        }
        for (String name : Collections.list(request.getHeaderNames())) {
            // The body was read, and so is no longer compressed.
            if (NodeHeaders.isPassedOn(name) && !name.equalsIgnoreCase("Content-Encoding")) {
                Collections.list(request.getHeaders(name)).forEach(value -> forwarded.header(name, value));
            }
        }
        forwarded.setHeader(NodeHeaders.FORWARDED_BY, means.self());
        Future<?> _ = means.others()
                .client()
                .sendAsync(forwarded.build(), BodyHandlers.ofInputStream())
                .whenComplete((answer, failure) -> means.executor()
                        .execute(() -> async.write(() -> {
                            if (failure != null) {
                                failed(failure);
                            } else {
                                answered(server, answer);
                            }
                        })));
    }

    private BodyPublisher stream() {
        return BodyPublishers.ofInputStream(() -> {
            begun = true;
            try {
                return ContentDecoding.body(request);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
    }

    private static BodyPublisher publisher(@Nullable Body body) {
        return body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body.bytes(), 0, body.length());
    }

    private void failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean neverSent = cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
        LogException unavailable =
                new LogException.Unavailable("The server that is in charge of this does not answer; ask again", cause);
        if (!begun && (neverSent || canBeRepeated())) {
            again(unavailable);
        } else {
            refuse(unavailable);
        }
    }

    /** Whether it does no harm to do it twice; what a lost poll has delivered is delivered again. */
    private boolean canBeRepeated() {
        String path = request.getRequestURI();
        return storedOnce
                || request.getMethod().equals("GET")
                || path.endsWith("/offsets")
                || path.endsWith("/heartbeat");
    }

    private void answered(URI server, HttpResponse<InputStream> answer) {
        if (answer.statusCode() == MISDIRECTED) {
            close(answer.body());
            if (begun) {
                refuse(new LogException.ShardElsewhere());
            } else {
                again(new LogException.ShardElsewhere());
            }
            return;
        }
        if (isStream(answer)) {
            passOn(answer);
            return;
        }
        boolean delivered = false;
        long length = answer.headers().firstValueAsLong("Content-Length").orElse(0);
        try (InputStream in = answer.body();
                MemoryBudget.Permit _ = means.budget().acquire(length)) {
            // All of it first: half an answer must not pass for a whole one.
            byte[] bytes = in.readAllBytes();
            if (ClientConnection.isOpen(request)) {
                write(answer, bytes);
                delivered = true;
            }
        } catch (IOException broken) {
            LOG.debug("An answer was not passed on", broken);
        } finally {
            Optional<String> delivery = answer.headers().firstValue(NodeHeaders.DELIVERY);
            boolean got = delivered;
            delivery.ifPresent(id -> means.others().tell(server, id, got));
            finish();
        }
    }

    private static boolean isStream(HttpResponse<InputStream> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        return type.startsWith("text/event-stream") || type.startsWith("application/x-ndjson");
    }

    /** Passes on what comes as it comes, until either side ends it. */
    private void passOn(HttpResponse<InputStream> answer) {
        try (InputStream in = answer.body()) {
            writeHead(answer);
            byte[] some = new byte[STREAM_BYTES];
            for (int read = in.read(some); read >= 0 && ClientConnection.isOpen(request); read = in.read(some)) {
                response.getOutputStream().write(some, 0, read);
                response.flushBuffer();
            }
        } catch (IOException broken) {
            LOG.debug("A stream ended", broken);
        } finally {
            AsyncAnswer.close(response);
            finish();
        }
    }

    private void writeHead(HttpResponse<InputStream> answer) {
        response.setStatus(answer.statusCode());
        answer.headers().map().forEach((name, values) -> {
            if (NodeHeaders.isPassedOn(name)) {
                values.forEach(value -> response.addHeader(name, value));
            }
        });
    }

    private void write(HttpResponse<InputStream> answer, byte[] bytes) throws IOException {
        writeHead(answer);
        if (bytes.length > 0 || answer.statusCode() != HttpServletResponse.SC_NO_CONTENT) {
            response.setContentLength(bytes.length);
        }
        response.getOutputStream().write(bytes);
        response.flushBuffer();
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException ignored) {
            LOG.debug("A connection broke that was not needed any more", ignored);
        }
    }

    private void refuse(RuntimeException failure) {
        try {
            means.problems().write(failure, request, response);
        } catch (IOException clientGone) {
            LOG.debug("The client went before it got its answer", clientGone);
        } finally {
            finish();
        }
    }

    private void finish() {
        Body read = body;
        if (read != null) {
            read.close();
        }
        async.complete();
    }
}
