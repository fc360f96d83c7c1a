package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Producing many messages with one request, one a line. */
class StreamedProduceHttpTests extends HttpTests {

    private static final String NDJSON = "application/x-ndjson";

    @BeforeEach
    void create() {
        createTopic(1);
    }

    private Answer stream(String body, String... headers) {
        return stream(body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private Answer stream(byte[] body, String... headers) {
        return send("POST", "/topics/" + topic + "/messages", body, headers);
    }

    private JsonNode stored() {
        return get("/topics/" + topic + "/partitions/0/messages?max=100000&maxBytes=33554432")
                .with(200)
                .json()
                .at("/messages");
    }

    private static void assertCounts(Answer answer, long accepted, long rejected) {
        assertThat(answer.with(200).json().at("/accepted").asLong()).isEqualTo(accepted);
        assertThat(answer.json().at("/rejected").asLong()).isEqualTo(rejected);
    }

    @Test
    void eachLineIsAMessageInTheirOrder() {
        Answer answer = stream(
                "{\"key\":\"a\",\"value\":1}\n{\"value\":\"two\"}\r\n\n{\"value\":null}", "Content-Type", NDJSON);
        assertCounts(answer, 3, 0);
        assertThat(stored().size()).isEqualTo(3);
        assertThat(stored().at("/0/key").asString()).isEqualTo("a");
        assertThat(stored().at("/1/value").asString()).isEqualTo("two");
        assertThat(stored().at("/2/value").isNull()).isTrue();
    }

    @Test
    void wrongLinesAreRejectedByNumberAndTheOthersStored() {
        Answer answer = stream(
                "{\"value\":1}\n{\"value\":\n{\"valeu\":2}\n{\"value\":3,\"partition\":7}\n{\"value\":4}\n",
                "Content-Type",
                NDJSON);
        assertCounts(answer, 2, 3);
        JsonNode errors = answer.json().at("/errors");
        assertThat(errors.findValuesAsString("line")).containsExactly("2", "3", "4");
        assertThat(errors.findValuesAsString("code"))
                .containsExactly("malformed-json", "invalid-message", "partition-not-found");
        assertThat(stored().findValuesAsString("value")).containsExactly("1", "4");
    }

    @Test
    void manyMoreBytesThanTheBufferArriveInOrder() {
        String body = IntStream.range(0, 20_000)
                .mapToObj(i -> "{\"value\":{\"n\":%d,\"pad\":\"%s\"}}\n".formatted(i, "x".repeat(i % 90)))
                .collect(Collectors.joining());
        assertCounts(stream(body, "Content-Type", NDJSON), 20_000, 0);
        assertThat(stored().findValuesAsString("n"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 20_000).mapToObj(Integer::toString).toList());
    }

    @Test
    void aLineMayBeLongerThanTheBuffer() {
        String large = "{\"value\":\"" + "y".repeat(700_000) + "\"}";
        assertCounts(stream("{\"value\":1}\n" + large + "\n{\"value\":2}", "Content-Type", NDJSON), 3, 0);
        assertThat(stored().at("/1/value").asString()).hasSize(700_000);
    }

    @Test
    void anEmptyStreamStoresNothing() {
        assertCounts(stream("", "Content-Type", NDJSON), 0, 0);
        assertThat(stored().size()).isZero();
    }

    @Test
    void linesOfATextBecomeMessagesAsTheyAre() {
        Answer answer = send(
                "POST",
                "/topics/" + topic + "/messages?split=lines",
                "one\ntwo words\r\n\n{\"three\":3}".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "text/plain");
        assertCounts(answer, 3, 0);
        assertThat(stored().findValuesAsString("value")).containsExactly("one", "two words", "{\"three\":3}");
        assertThat(stored().at("/0/contentType").asString()).isEqualTo("text/plain");
    }

    @Test
    void onlyTextsAreSplitIntoLines() {
        send(
                        "POST",
                        "/topics/" + topic + "/messages?split=lines",
                        new byte[] {1},
                        "Content-Type",
                        "application/octet-stream")
                .problem(415, "unsupported-media-type");
        send("POST", "/topics/" + topic + "/messages?split=words", new byte[] {1}, "Content-Type", "text/plain")
                .problem(400, "invalid-parameter");
    }

    @Test
    void bodiesMayBeCompressed() {
        byte[] lines = "{\"value\":1}\n{\"value\":2}\n".getBytes(StandardCharsets.UTF_8);
        assertCounts(stream(gzip(lines), "Content-Type", NDJSON, "Content-Encoding", "gzip"), 2, 0);
        assertCounts(stream(Zstd.compress(lines), "Content-Type", NDJSON, "Content-Encoding", "zstd"), 2, 0);
        byte[] one = "{\"value\":3}".getBytes(StandardCharsets.UTF_8);
        stream(gzip(one), "Content-Type", "application/json", "Content-Encoding", "gzip")
                .with(201);
        stream(Zstd.compress(one), "Content-Type", "application/json", "Content-Encoding", "zstd")
                .with(201);
        assertThat(stored().findValuesAsString("value")).containsExactly("1", "2", "1", "2", "3", "3");
    }

    @Test
    void aBodyThatIsNotCompressedAsItSaysIsRefused() {
        byte[] plain = "{\"value\":1}\n".getBytes(StandardCharsets.UTF_8);
        for (String type : new String[] {NDJSON, "application/json"}) {
            for (String encoding : new String[] {"gzip", "zstd"}) {
                stream(plain, "Content-Type", type, "Content-Encoding", encoding)
                        .problem(400, "malformed-request");
            }
            stream(plain, "Content-Type", type, "Content-Encoding", "br").problem(415, "unsupported-media-type");
        }
        assertThat(stored().size()).isZero();
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    @Test
    void aSplitInTheValueOfAnotherParameterSplitsNothing() {
        send(
                        "POST",
                        "/topics/" + topic + "/messages?key=split=lines",
                        "a\nb".getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "text/plain")
                .with(201);
        assertThat(stored().at("/0/value").asString()).isEqualTo("a\nb");
    }
}
