package io.millrace.web;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tomcat's page for requests that never get to the application, such as one whose first line is not HTTP: a problem instead
 * of HTML. Made by Tomcat, by name.
 */
public final class ProblemErrorValve extends ErrorReportValve {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemErrorValve.class);

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        AtomicBoolean reachable = new AtomicBoolean();
        response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, reachable);
        if (!reachable.get()) {
            return;
        }
        if (failure != null && status >= 500) {
            LOG.error("A request failed outside of the application", failure);
        }
        try {
            write(of(status, request, response), response);
        } catch (IOException | IllegalStateException e) {
            LOG.debug("The client went before it got its answer", e);
        }
    }

    private static Problem of(int status, Request request, Response response) {
        ProblemType type = ProblemType.ofStatus(status);
        String message = response.getMessage();
        boolean tellable = status < 500 && message != null && !message.isBlank();
        return Problem.ofStatus(status, type, tellable ? message : detail(status, type))
                .withInstance(request.getRequestURI());
    }

    private static String detail(int status, ProblemType type) {
        return status == 400
                ? "This is not a legal HTTP/1.1 request: look at its first line, at characters in the path or the query"
                        + " that must be percent-encoded, and at the size and the form of its headers (64 KB in all)"
                : type.title();
    }

    private static void write(Problem problem, Response response) throws IOException {
        String json = new String(problem.toJson(), StandardCharsets.UTF_8);
        problem.setHead(response, json.getBytes(StandardCharsets.UTF_8).length);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        Writer writer = response.getReporter();
        if (writer != null) {
            writer.write(json);
            response.finishResponse();
        }
    }
}
