package io.millrace.web.api;

import io.millrace.web.MemoryBudget;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The lines of a body of any length, in a buffer of the {@link MemoryBudget} that grows only as far as the longest line. Lines
 * end with a line feed, with or without a carriage return before it; the last one may lack it.
 */
final class Lines implements AutoCloseable {

    private static final int FIRST_BYTES = 256 * 1024;

    /** Who takes the lines. */
    interface Sink {

        /** A line, from {@code from} for {@code length} bytes. */
        void line(long number, byte[] buffer, int from, int length);

        /** A line that is longer than the limit; its bytes are gone. */
        void tooLong(long number);

        /** The buffer is about to be used again. */
        void flush();
    }

    private final InputStream in;
    private final int maxLineBytes;
    private final MemoryBudget budget;
    private MemoryBudget.Permit permit;
    private byte[] buffer;
    private int end;
    private long number;
    private boolean skipping;

    /** @param maxLineBytes the longest line that is taken */
    Lines(InputStream in, int maxLineBytes, MemoryBudget budget) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
        this.budget = budget;
        this.permit = budget.acquire(FIRST_BYTES);
        this.buffer = new byte[FIRST_BYTES];
    }

    /** Reads to the end of the body. */
    void readAll(Sink sink) throws IOException {
        while (true) {
            int read = in.read(buffer, end, buffer.length - end);
            if (read < 0) {
                break;
            }
            int searched = end;
            end += read;
            takeLines(searched, sink);
        }
        if (end > 0 || skipping) {
            line(0, end, sink);
        }
        sink.flush();
    }

    private void takeLines(int searched, Sink sink) {
        int begin = 0;
        for (int i = searched; i < end; i++) {
            if (buffer[i] == '\n') {
                line(begin, i, sink);
                begin = i + 1;
            }
        }
        if (begin > 0) {
            sink.flush();
            System.arraycopy(buffer, begin, buffer, 0, end - begin);
            end -= begin;
        } else if (end == buffer.length) {
            grow(sink);
        }
    }

    private void line(int from, int to, Sink sink) {
        number++;
        if (skipping) {
            skipping = false;
            return;
        }
        int length = to > from && buffer[to - 1] == '\r' ? to - from - 1 : to - from;
        sink.line(number, buffer, from, length);
    }

    /** The line is longer than the buffer: a longer one, or no more of it. */
    private void grow(Sink sink) {
        if (skipping || buffer.length >= maxLineBytes) {
            if (!skipping) {
                sink.tooLong(number + 1);
                skipping = true;
            }
            end = 0;
            return;
        }
        int larger = (int) Math.min(2L * buffer.length, maxLineBytes);
        MemoryBudget.Permit both = budget.acquire(larger);
        buffer = Arrays.copyOf(buffer, larger);
        permit.close();
        permit = both;
    }

    @Override
    public void close() {
        permit.close();
    }
}
