package io.millrace.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.coyote.BadRequestException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** The refusals of Spring MVC, and of Tomcat through it, in the words of this API. */
final class SpringProblems {

    private SpringProblems() {}

    /** Null for a failure that is not a refusal. */
    static @Nullable Problem of(Throwable failure, HttpServletRequest request) {
        return switch (failure) {
            case NoHandlerFoundException _ -> notFound(request);
            case NoResourceFoundException _ -> notFound(request);
            case HttpRequestMethodNotSupportedException e -> wrongMethod(e, request);
            case HttpMediaTypeNotSupportedException e -> wrongType(e, request);
            case HttpMediaTypeNotAcceptableException e ->
                Problem.of(
                        ProblemType.NOT_ACCEPTABLE,
                        "None of the media types in Accept can be given here; there is "
                                + shown(e.getSupportedMediaTypes()));
            case MethodArgumentTypeMismatchException e ->
                Problem.of(
                        ProblemType.INVALID_PARAMETER,
                        Quoted.text(String.valueOf(e.getValue())) + " is not a legal " + e.getName() + " in the path");
            case BadRequestException e ->
                Problem.of(ProblemType.MALFORMED_REQUEST, "The body cannot be read: " + e.getMessage());
            case ErrorResponse e -> ofStatus(e);
            default -> null;
        };
    }

    static Problem notFound(HttpServletRequest request) {
        return Problem.of(
                ProblemType.NOT_FOUND,
                "There is nothing at " + request.getRequestURI() + "; GET / names what there is");
    }

    private static Problem wrongMethod(HttpRequestMethodNotSupportedException refusal, HttpServletRequest request) {
        String[] supported = refusal.getSupportedMethods();
        Set<String> allowed = new TreeSet<>(supported == null ? List.of() : List.of(supported));
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        return Problem.of(
                        ProblemType.METHOD_NOT_ALLOWED,
                        "%s cannot be done to %s, but %s can"
                                .formatted(refusal.getMethod(), request.getRequestURI(), String.join(", ", allowed)))
                .withAllow(allowed);
    }

    private static Problem wrongType(HttpMediaTypeNotSupportedException refusal, HttpServletRequest request) {
        if (CurlLine.isForm(request.getContentType())) {
            return CurlLine.refusal(request);
        }
        String given = request.getContentType();
        return Problem.of(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                (given == null ? "The body has no Content-Type" : Quoted.text(given) + " is not understood here")
                        + "; send " + shown(refusal.getSupportedMediaTypes()));
    }

    private static @Nullable Problem ofStatus(ErrorResponse refusal) {
        int status = refusal.getStatusCode().value();
        if (status >= 500 && status != 503) {
            return null;
        }
        ProblemType type = ProblemType.ofStatus(status);
        String detail = refusal.getBody().getDetail();
        return Problem.ofStatus(status, type, detail == null ? type.title() : detail);
    }

    private static String shown(Collection<MediaType> types) {
        return types.isEmpty()
                ? "another one"
                : types.stream().map(MediaType::toString).collect(Collectors.joining(", "));
    }
}
