package io.millrace.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A member of a group as a process of its own, that can be killed and stopped. It polls with a cursor, works on what it got
 * for a while, commits by cursor, and tells each call on standard output: what it was, its begin and end in microseconds,
 * the status and the body of the answer, between tabs.
 */
final class ConsumerProcess {

    private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private final String consumers;
    private final String name;
    private final String subscription;
    private final long workMillis;

    private ConsumerProcess(String[] args) {
        this.url = args[0];
        this.consumers = "/groups/" + args[1] + "/consumers";
        this.name = args[2];
        this.subscription = args[3];
        this.workMillis = Long.parseLong(args[4]);
    }

    /** @param args URL, group, name of the consumer, its subscription in JSON, milliseconds of work on an answer */
    public static void main(String[] args) throws Exception {
        new ConsumerProcess(args).run();
    }

    private void run() throws IOException, InterruptedException {
        while (true) {
            Matcher cursor =
                    CURSOR.matcher(post("SUBSCRIBE", consumers, subscription).body());
            while (cursor.find()) {
                HttpResponse<String> answer = call(
                        "POLL",
                        request(own("/messages?wait=300ms&max=1000&cursor=" + cursor.group(1)))
                                .GET());
                if (answer.statusCode() != 200) {
                    break;
                }
                cursor = CURSOR.matcher(answer.body());
                if (answer.body().contains("\"offset\"") && cursor.find()) {
                    boolean _ = new CountDownLatch(1).await(workMillis, TimeUnit.MILLISECONDS);
                    commit(cursor.group(1));
                    cursor.reset();
                }
            }
        }
    }

    /** Commits, and if it is no member any more, joins again and tries it once more: that must not take anything from others. */
    private void commit(String cursor) throws IOException, InterruptedException {
        String body = "{\"cursor\":\"" + cursor + "\"}";
        if (post("COMMIT", own("/offsets"), body).statusCode() == 404) {
            post("SUBSCRIBE", consumers, subscription);
            post("COMMIT", own("/offsets"), body);
        }
    }

    private String own(String path) {
        return consumers + "/" + name + path;
    }

    private HttpResponse<String> post(String what, String path, String json) throws IOException, InterruptedException {
        return call(
                what,
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> call(String what, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        long begin = micros();
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        System.out.printf("%s\t%d\t%d\t%d\t%s%n", what, begin, micros(), answer.statusCode(), answer.body());
        return answer;
    }

    /** The time as it is told with each call. */
    static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
