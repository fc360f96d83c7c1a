package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;

/** What a client does with compressed answers. */
final class Encodings {

    private Encodings() {}

    /** The body as its coding tells; as it comes, also where more is to come later. */
    static InputStream decoded(String coding, InputStream body) throws IOException {
        return switch (coding) {
            case "gzip" -> new GZIPInputStream(body);
            case "zstd" -> new ZstdInputStream(body).setContinuous(true);
            default -> throw new AssertionError("Not compressed: '" + coding + "'");
        };
    }

    /** The answer without its compression, which must be the one asked for. */
    static HttpTests.Answer decoded(String coding, HttpTests.Answer answer) {
        assertThat(answer.headers().allValues("Content-Encoding")).containsExactly(coding);
        assertThat(answer.headers().allValues("Vary")).containsOnlyOnce("Accept-Encoding");
        answer.headers()
                .firstValue("Content-Length")
                .ifPresent(length -> assertThat(length).isEqualTo(Integer.toString(answer.bytes().length)));
        InputStream body = new ByteArrayInputStream(answer.bytes());
        try (InputStream in = coding.equals("gzip") ? new GZIPInputStream(body) : new ZstdInputStream(body)) {
            return new HttpTests.Answer(answer.status(), answer.headers(), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
