package io.millrace.web;

import com.github.luben.zstd.ZstdIOException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.zip.ZipException;
import org.apache.catalina.connector.ClientAbortException;

/** Reads whole request bodies into memory, within a limit for each and a budget for all. */
public final class BodyReader {

    private static final String SETTING = "millrace.limits.max-request-bytes";
    private static final int FIRST_STEP = 8192;

    private final long maxRequestBytes;
    private final MemoryBudget budget;

    /**
     * A reader for all requests.
     *
     * @param maxRequestBytes the most bytes of one body, 1 to 1 GB
     */
    public BodyReader(long maxRequestBytes, MemoryBudget budget) {
        this.maxRequestBytes = maxRequestBytes;
        this.budget = budget;
    }

    /**
     * Reads the body to its end. To be closed as soon as its bytes are no longer referred to.
     *
     * @throws ProblemException if it is a form ({@code unsupported-media-type}), too large ({@code request-too-large}), ends
     *     too early ({@code malformed-json}) or there is no memory for it now ({@code out-of-memory-budget})
     * @throws IOException if the connection broke
     */
    public Body read(HttpServletRequest request) throws IOException {
        checkType(request);
        long length = request.getContentLengthLong();
        if (length > maxRequestBytes) {
            throw tooLarge("a body of " + length + " bytes");
        }
        try {
            InputStream in = ContentDecoding.body(request);
            return length >= 0 && ContentDecoding.isIdentity(request) ? readKnown(in, (int) length) : readUnknown(in);
        } catch (ZipException | ZstdIOException e) {
            throw ContentDecoding.broken(e);
        } catch (SocketTimeoutException e) {
            throw ProblemException.of(ProblemType.REQUEST_TIMEOUT, "The rest of the body did not arrive in time");
        } catch (EOFException e) {
            throw endedEarly();
        } catch (ClientAbortException e) {
            if (e.getCause() instanceof EOFException) {
                throw endedEarly();
            }
            throw e;
        }
    }

    private static void checkType(HttpServletRequest request) {
        if (CurlLine.isForm(request.getContentType())) {
            throw new ProblemException(CurlLine.refusal(request));
        }
    }

    private Body readKnown(InputStream in, int length) throws IOException {
        // Its messages are in memory once more when they are written; a body that takes all of the budget has it for
        // itself.
        MemoryBudget.Permit permit = budget.acquire(Math.max(length, Math.min(2L * length, budget.total())));
        boolean complete = false;
        try {
            byte[] bytes = permit.array(length);
            int read = in.readNBytes(bytes, 0, length);
            if (read < length) {
                throw ProblemException.of(
                        ProblemType.MALFORMED_JSON,
                        "The body ended after %d of the %d bytes that Content-Length announced"
                                .formatted(read, length));
            }
            complete = true;
            return new Body(bytes, length, permit);
        } finally {
            if (!complete) {
                permit.close();
            }
        }
    }

    /** A chunked body: the array grows as bytes arrive, and with it the share of the budget. */
    private Body readUnknown(InputStream in) throws IOException {
        MemoryBudget.Permit permit = budget.acquire(FIRST_STEP);
        boolean complete = false;
        try {
            byte[] bytes = permit.array(FIRST_STEP);
            int size = FIRST_STEP;
            int length = in.readNBytes(bytes, 0, size);
            while (length == size && length <= maxRequestBytes) {
                // One byte more than the limit tells that a body is too large.
                int larger = (int) Math.min(2L * size, Math.max(maxRequestBytes + 1, size + 1L));
                MemoryBudget.Permit both = budget.acquire(larger);
                byte[] grown = both.array(larger);
                System.arraycopy(bytes, 0, grown, 0, length);
                permit.close();
                permit = both;
                bytes = grown;
                size = larger;
                length += in.readNBytes(bytes, length, larger - length);
            }
            if (length > maxRequestBytes) {
                throw tooLarge("the body");
            }
            complete = true;
            return new Body(bytes, length, permit);
        } finally {
            if (!complete) {
                permit.close();
            }
        }
    }

    private ProblemException tooLarge(String what) {
        return ProblemException.of(
                ProblemType.REQUEST_TOO_LARGE,
                "The most bytes of a request are %d, as set by %s; %s is larger. Send fewer messages at a time, or stream"
                                .formatted(maxRequestBytes, SETTING, what)
                        + " them as application/x-ndjson");
    }

    static ProblemException endedEarly() {
        return ProblemException.of(ProblemType.MALFORMED_JSON, "The body ended before it was complete");
    }
}
