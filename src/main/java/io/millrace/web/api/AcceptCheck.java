package io.millrace.web.api;

import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses requests that would not take what they get, mostly JSON, before anything is done for them. */
final class AcceptCheck implements HandlerInterceptor {

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        String accept = request.getHeader("Accept");
        List<AnswerFormat> offered = offered(request);
        if (!takesJson(accept) && !takesAnything(request) && AnswerFormat.best(request, offered) == null) {
            throw ProblemException.of(
                    ProblemType.NOT_ACCEPTABLE,
                    "The answer is %s, which 'Accept: %s' does not allow"
                            .formatted(
                                    String.join(
                                            " or ",
                                            offered.stream()
                                                    .map(AnswerFormat::mediaType)
                                                    .toList()),
                                    accept));
        }
        return true;
    }

    private static boolean takesJson(@Nullable String accept) {
        if (accept == null || accept.contains("*/*") || accept.isBlank()) {
            return true;
        }
        try {
            return MediaType.parseMediaTypes(accept).stream()
                    .anyMatch(type -> type.getQualityValue() > 0 && type.includes(MediaType.APPLICATION_JSON));
        } catch (InvalidMediaTypeException unreadable) {
            return false;
        }
    }

    /** Messages are also given in other formats. */
    private static List<AnswerFormat> offered(HttpServletRequest request) {
        String path = request.getRequestURI();
        if (request.getMethod().equals("GET") || request.getMethod().equals("HEAD")) {
            if (path.startsWith("/topics/") && path.endsWith("/messages")) {
                return AnswerFormat.OF_PAGES;
            }
            if (path.startsWith("/topics/") && path.contains("/messages/")) {
                return AnswerFormat.OF_MESSAGES;
            }
            if (path.startsWith("/groups/") && path.endsWith("/messages")) {
                return AnswerFormat.OF_DELIVERIES;
            }
        }
        return List.of(AnswerFormat.JSON);
    }

    /** A value on its own is answered under its own type, which only the log knows. */
    private static boolean takesAnything(HttpServletRequest request) {
        String query = request.getQueryString();
        return query != null && query.contains("raw=true");
    }
}
