package io.millrace.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
        Problem problem =
                failure instanceof Throwable throwable ? problems.of(throwable, request) : ofStatus(status, request);
        Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        problem.withInstance(path instanceof String text ? text : null).write(request, response);
    }

    private static Problem ofStatus(int status, HttpServletRequest request) {
        Object message = request.getAttribute(RequestDispatcher.ERROR_MESSAGE);
        ProblemType type = ProblemType.ofStatus(status);
        boolean tellable = status < 500 && message instanceof String text && !text.isBlank();
        return Problem.ofStatus(status, type, tellable ? String.valueOf(message) : type.title());
    }
}
