package io.millrace.web.api;

import io.millrace.record.StoredRecord;
import io.millrace.wire.JsonOutput;
import io.millrace.wire.MessageWriter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/** The body of an answer that gives messages one by one: a message a line, or Server-Sent Events. */
record StreamBody(AnswerFormat format, HttpServletResponse response) {

    private static final JsonMapper JSON = new JsonMapper();

    /** Writes what stands before the first message. */
    void begin() throws IOException {
        response.setContentType(format.mediaType());
        response.setHeader("Cache-Control", "no-store");
        // Asked of nginx: a proxy that collects the answer makes a live stream late.
        response.setHeader("X-Accel-Buffering", "no");
        if (isEvents()) {
            write("retry: 1000\n\n");
        }
        response.flushBuffer();
    }

    /**
     * Puts a message.
     *
     * @param id where a client goes on that has got it; asked for only where the format tells it
     */
    void put(MessageWriter.Run run, Supplier<String> id, StoredRecord record) {
        JsonOutput out = run.out();
        if (isEvents()) {
            out.putAscii("id: ");
            out.putAscii(id.get());
            out.putAscii("\ndata: ");
        }
        run.messageOnOneLine(record);
        out.putAscii(isEvents() ? "\n\n" : "\n");
    }

    /** Tells something that is no message, where the format can: as an event of that name, without an id. */
    void tell(String event, Object data) throws IOException {
        if (isEvents()) {
            write("event: " + event + "\ndata: " + JSON.writeValueAsString(data) + "\n\n");
        }
    }

    /** Shows that the connection lives. */
    void keepAlive() throws IOException {
        write(isEvents() ? ": \n\n" : "\n");
        response.flushBuffer();
    }

    private boolean isEvents() {
        return format == AnswerFormat.EVENTS;
    }

    private void write(String text) throws IOException {
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }
}
