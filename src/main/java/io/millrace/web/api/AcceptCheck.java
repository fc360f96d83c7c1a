package io.millrace.web.api;

import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses requests that would not take the JSON they get, before anything is done for them. */
final class AcceptCheck implements HandlerInterceptor {

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        String accept = request.getHeader("Accept");
        if (!takesJson(accept) && !takesAnything(request) && !(streams(request) && takesStream(request))) {
            throw ProblemException.of(
                    ProblemType.NOT_ACCEPTABLE,
                    "The answer is application/json, which 'Accept: %s' does not allow".formatted(accept));
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

    /** Messages of a topic are also given one by one. */
    private static boolean streams(HttpServletRequest request) {
        String path = request.getRequestURI();
        return request.getMethod().equals("GET") && path.startsWith("/topics/") && path.endsWith("/messages");
    }

    private static boolean takesStream(HttpServletRequest request) {
        AnswerFormat format = AnswerFormat.of(request);
        return format != null && format.isStream();
    }

    /** A value on its own is answered under its own type, which only the log knows. */
    private static boolean takesAnything(HttpServletRequest request) {
        String query = request.getQueryString();
        return query != null && query.contains("raw=true");
    }
}
