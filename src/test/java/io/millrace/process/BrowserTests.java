package io.millrace.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A browser's EventSource on a page of another origin, while the server is killed and started again; only where there is one. */
class BrowserTests {

    private static final int MESSAGES = 150;

    @TempDir
    Path directory;

    private final CompletableFuture<String> told = new CompletableFuture<>();
    private final CountDownLatch live = new CountDownLatch(1);

    private static String browser() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse("");
    }

    @Test
    void anEventSourceMissesNothingAndRepeatsNothingOverAKill() throws Exception {
        String browser = browser();
        assumeThat(browser).as("a browser").isNotEmpty();
        int port = freePort();
        ServerProcess server = start(port);
        server.post("/topics", "{\"name\":\"live\",\"partitions\":1}");
        produce(server, 0, 50);
        HttpServer page = servePage(port);
        Process chromium = new ProcessBuilder(
                        browser,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + directory.resolve("profile"),
                        "http://127.0.0.1:" + page.getAddress().getPort() + "/")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("browser.log").toFile())
                .start();
        try {
            assertThat(live.await(180, TimeUnit.SECONDS))
                    .as("the page gets messages")
                    .isTrue();
            produce(server, 50, 100);
            server.kill();
            server.close();
            server = start(port);
            produce(server, 100, MESSAGES);
            List<Integer> got = List.of(new JsonMapper().readValue(told.get(180, TimeUnit.SECONDS), Integer[].class));
            assertThat(got)
                    .containsExactlyElementsOf(
                            IntStream.range(0, MESSAGES).boxed().toList());
        } finally {
            chromium.descendants().forEach(ProcessHandle::destroyForcibly);
            chromium.destroyForcibly();
            chromium.waitFor();
            page.stop(0);
            server.close();
        }
    }

    private ServerProcess start(int port) throws Exception {
        return ServerProcess.startAt(directory.resolve("data"), port, "--millrace.listener.cors-origins=*");
    }

    private static void produce(ServerProcess server, int from, int to) throws IOException, InterruptedException {
        for (int i = from; i < to; i++) {
            assertThat(server.post("/topics/live/messages", "{\"value\":" + i + "}")
                            .status())
                    .isEqualTo(201);
        }
    }

    /** The page, and where it tells that it is live and what it got in the end. */
    private HttpServer servePage(int port) throws IOException {
        String html = """
                <script>
                  const got = [];
                  const source = new EventSource("http://127.0.0.1:%d/topics/live/messages");
                  source.onmessage = event => {
                    got.push(JSON.parse(event.data).value);
                    if (got.length === 50) fetch("/live", {method: "POST"});
                    if (got.length >= %d) fetch("/done", {method: "POST", body: JSON.stringify(got)});
                  };
                </script>
                """.formatted(port, MESSAGES);
        HttpServer page = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        page.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (path.equals("/live")) {
                live.countDown();
            } else if (path.equals("/done")) {
                told.complete(body);
            }
            byte[] answer = path.equals("/") ? html.getBytes(StandardCharsets.UTF_8) : new byte[0];
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        page.start();
        return page;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
