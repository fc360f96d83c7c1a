package io.millrace.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import org.apache.coyote.BadRequestException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where Tomcat sends what failed outside of Spring: in a filter, or by {@code sendError}. */
@RestController
final class ProblemController implements ErrorController {

    private final Problems problems;

    ProblemController(Problems problems) {
        this.problems = problems;
    }

    @RequestMapping("/error")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!(request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status)) {
            SpringProblems.notFound(request).write(request, response);
            return;
        }
        Object failure = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        Problem problem = status >= 500 && failure instanceof Throwable throwable
                ? problems.of(throwable, request)
                : ofStatus(status, failure, request);
        Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        problem.withInstance(path instanceof String text ? text : null).write(request, response);
    }

    private static Problem ofStatus(int status, @Nullable Object failure, HttpServletRequest request) {
        // Where a body cannot be read, Tomcat answers for the handler, whatever that says.
        if (failure instanceof EOFException) {
            return BodyReader.endedEarly().problem();
        }
        ProblemType type = ProblemType.ofStatus(status);
        Object message = failure instanceof BadRequestException e
                ? e.getMessage()
                : request.getAttribute(RequestDispatcher.ERROR_MESSAGE);
        boolean tellable = status < 500 && message instanceof String text && !text.isBlank();
        return Problem.ofStatus(status, type, tellable ? String.valueOf(message) : type.title());
    }
}
