package io.millrace.web.compression;

import static java.util.Objects.requireNonNull;

import io.millrace.config.ContentCoding;
import io.millrace.web.MemoryBudget;
import io.millrace.web.connection.ClientConnection;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is compressed if its client wants that, it is of some size, and its content becomes smaller by it.
 *
 * <p>One that is told its length and then written with one call is compressed in one go, and again has a length: when it was
 * flushed, all of it was sent. Any other becomes a stream. If its handler gives it, it ends with that; if another thread does,
 * every {@link #flushBuffer} sends what was written so far, and the end comes when the output is closed.
 */
final class CompressibleResponse extends HttpServletResponseWrapper {

    private static final String CONTENT_LENGTH = "Content-Length";
    private static final String CONTENT_ENCODING = "Content-Encoding";
    private static final String VARY = "Vary";

    /** Without a body, or with a part of one that the client counts in bytes of the whole. */
    private static final Set<Integer> LEFT_ALONE = Set.of(
            SC_NO_CONTENT, SC_RESET_CONTENT, SC_PARTIAL_CONTENT, SC_NOT_MODIFIED, SC_REQUESTED_RANGE_NOT_SATISFIABLE);

    /**
     * What answers share.
     *
     * @param minBytes a smaller answer is not compressed
     * @param budget of memory for what is compressed in one go; without it that is sent as it is
     * @param streams one permit for each that is compressed at a time; without one it is sent as it is
     */
    record Means(int minBytes, MemoryBudget budget, Semaphore streams) {}

    private enum State {
        /** Nothing is decided: what was written is held. */
        OPEN,
        /** What is written goes out as it is. */
        PLAIN,
        STREAMING,
        ENDED
    }

    private final @Nullable ContentCoding coding;
    private final HttpServletRequest request;
    private final Means means;
    private final Body body = new Body(this);
    private final ByteArrayOutputStream held = new ByteArrayOutputStream(0);
    private State state = State.OPEN;
    private long declaredLength = -1;
    private volatile @Nullable CompressedStream stream;
    private volatile boolean over;

    /**
     * Wraps a response that nothing was written to.
     *
     * @param coding what the client wants; null if it wants the answer as it is
     * @param request what it answers; another thread goes on with it if that was started to be asynchronous
     */
    CompressibleResponse(
            HttpServletResponse response, @Nullable ContentCoding coding, HttpServletRequest request, Means means) {
        super(response);
        this.coding = coding;
        this.request = request;
        this.means = means;
    }

    @Override
    public ServletOutputStream getOutputStream() {
        return body;
    }

    /** What is written as text, which nothing here does, goes out as it is. */
    @Override
    public PrintWriter getWriter() throws IOException {
        sendPlain();
        return super.getWriter();
    }

    void write(byte[] bytes, int from, int length) throws IOException {
        if (state == State.OPEN) {
            if (!isToBeCompressed()) {
                sendPlain();
            } else if (length == declaredLength && held.size() == 0) {
                sendWhole(bytes, from, length);
                return;
            } else if (declaredLength < 0 && held.size() + length < means.minBytes()) {
                held.write(bytes, from, length);
                return;
            } else {
                beginStream();
            }
        }
        if (state == State.STREAMING) {
            requireNonNull(stream).write(bytes, from, length);
        } else {
            sendRaw(bytes, from, length);
        }
    }

    private void sendRaw(byte[] bytes, int from, int length) throws IOException {
        ClientConnection.expect(request, length);
        raw().write(bytes, from, length);
    }

    /** Whether the answer is to be compressed; caches are told if that depends on the client. */
    private boolean isToBeCompressed() {
        boolean small = declaredLength >= 0 && declaredLength < means.minBytes();
        if (small
                || LEFT_ALONE.contains(getStatus())
                || getHeader(CONTENT_ENCODING) != null
                || !MediaTypes.isCompressible(getContentType())) {
            return false;
        }
        if (getHeaders(VARY).stream().noneMatch(value -> value.contains(AcceptEncoding.NAME))) {
            super.addHeader(VARY, AcceptEncoding.NAME);
        }
        return coding != null;
    }

    private void sendWhole(byte[] bytes, int from, int length) throws IOException {
        try (MemoryBudget.Permit permit = means.budget().tryAcquire(length)) {
            ByteBuffer compressed = permit == null ? null : Codec.compress(coding(), bytes, from, length);
            if (compressed == null || compressed.remaining() >= length) {
                sendPlain();
                sendRaw(bytes, from, length);
            } else {
                markCompressed();
                state = State.PLAIN;
                super.setContentLength(compressed.remaining());
                raw().write(compressed);
            }
        }
    }

    private void beginStream() throws IOException {
        if (over || !means.streams().tryAcquire()) {
            sendPlain();
            return;
        }
        CompressedStream begun;
        try {
            begun = new CompressedStream(coding(), raw(), means.streams());
        } catch (IOException | RuntimeException failure) {
            means.streams().release();
            throw failure;
        }
        stream = begun;
        state = State.STREAMING;
        markCompressed();
        held.writeTo(begun);
        held.reset();
    }

    private ContentCoding coding() {
        return requireNonNull(coding);
    }

    private void markCompressed() {
        super.setHeader(CONTENT_ENCODING, AcceptEncoding.name(coding()));
        String tag = getHeader("ETag");
        if (tag != null && !tag.startsWith("W/")) {
            // The same content, not the same bytes.
            super.setHeader("ETag", "W/" + tag);
        }
    }

    private void sendPlain() throws IOException {
        state = State.PLAIN;
        if (declaredLength >= 0) {
            super.setContentLengthLong(declaredLength);
        }
        if (held.size() > 0) {
            held.writeTo(raw());
            held.reset();
        }
    }

    private ServletOutputStream raw() throws IOException {
        return super.getOutputStream();
    }

    @Override
    public void flushBuffer() throws IOException {
        if (state == State.OPEN) {
            if (!isToBeCompressed()) {
                sendPlain();
            } else if (request.isAsyncStarted()) {
                beginStream();
            } else {
                // Spring flushes every answer that it has written; this one is short, and ends with the request.
                return;
            }
        }
        flushStream();
        super.flushBuffer();
    }

    /** Sends what a stream holds; an answer that is not yet decided on may go on to be sent in one go. */
    void flushStream() throws IOException {
        CompressedStream open = stream;
        if (open != null) {
            open.flush();
        } else if (state == State.PLAIN) {
            raw().flush();
        }
    }

    /** Ends the answer, which is all that was written. */
    void finish() throws IOException {
        if (state == State.OPEN) {
            sendPlain();
        }
        state = State.ENDED;
        CompressedStream open = stream;
        if (open != null) {
            open.close();
        }
    }

    /** The request is over, perhaps before its answer was begun. */
    void over() {
        over = true;
        abandon();
    }

    /** Lets go of what a stream holds that will not come to its end, if it has not. */
    void abandon() {
        CompressedStream open = stream;
        if (open != null) {
            open.abandon();
        }
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        beginAnew();
    }

    @Override
    public void reset() {
        super.reset();
        declaredLength = -1;
        beginAnew();
    }

    private void beginAnew() {
        abandon();
        stream = null;
        held.reset();
        super.setHeader(CONTENT_ENCODING, null);
        state = State.OPEN;
    }

    @Override
    public void setContentLength(int length) {
        setContentLengthLong(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        if (state == State.OPEN) {
            declaredLength = length;
        } else if (state == State.PLAIN) {
            super.setContentLengthLong(length);
        }
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        if (!name.equalsIgnoreCase(CONTENT_LENGTH)) {
            super.setHeader(name, value);
        } else {
            setContentLengthLong(value == null ? -1 : Long.parseLong(value));
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (!name.equalsIgnoreCase(CONTENT_LENGTH)) {
            super.addHeader(name, value);
        } else {
            setContentLengthLong(Long.parseLong(value));
        }
    }
}
