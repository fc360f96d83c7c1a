package io.millrace.web;

import com.github.luben.zstd.ZstdInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** The body of a request without the compression that its {@code Content-Encoding} names: gzip or zstd (RFC 8878). */
public final class ContentDecoding {

    private ContentDecoding() {}

    /** Whether the body is not compressed, so that {@code Content-Length} is its length. */
    static boolean isIdentity(HttpServletRequest request) {
        return encoding(request).equals("identity");
    }

    /**
     * The body, to be read once.
     *
     * @throws ProblemException {@code unsupported-media-type} if it is compressed in another way, {@code malformed-request}
     *     if it does not begin as it should
     */
    public static InputStream body(HttpServletRequest request) throws IOException {
        InputStream in = request.getInputStream();
        try {
            return switch (encoding(request)) {
                case "identity" -> in;
                case "gzip", "x-gzip" -> new GZIPInputStream(in, 16 * 1024);
                case "zstd" -> new ZstdInputStream(in);
                default ->
                    throw ProblemException.of(
                            ProblemType.UNSUPPORTED_MEDIA_TYPE,
                            "Content-Encoding " + Quoted.text(encoding(request))
                                    + " is not understood; send gzip, zstd, or the body as it is");
            };
        } catch (java.util.zip.ZipException | java.io.EOFException broken) {
            throw broken(broken);
        }
    }

    /** The refusal of a body that is not compressed as it says. */
    public static ProblemException broken(IOException failure) {
        return ProblemException.of(
                ProblemType.MALFORMED_REQUEST,
                "The body is not what its Content-Encoding says: " + failure.getMessage());
    }

    private static String encoding(HttpServletRequest request) {
        String encoding = request.getHeader("Content-Encoding");
        return encoding == null ? "identity" : encoding.strip().toLowerCase(Locale.ROOT);
    }
}
