package io.millrace.web.api;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;

/**
 * The short way of the most frequent request, {@code POST /topics/{topic}/messages}, to its controller: without comparing
 * its path with those of all other requests, and without finding out what the controller's method wants to be given. A path
 * that has anything in it that would have to be decoded takes the long way.
 */
final class ProduceMapping extends AbstractHandlerMapping {

    private static final String BEGIN = "/topics/";
    private static final String END = "/messages";
    private static final String TOPIC = ProduceMapping.class.getName() + ".topic";

    private final ProduceController controller;
    private final HttpRequestHandler handler = this::produce;

    ProduceMapping(ProduceController controller) {
        this.controller = controller;
        setOrder(Ordered.HIGHEST_PRECEDENCE);
        setInterceptors(new AcceptCheck());
    }

    @Override
    protected @Nullable Object getHandlerInternal(HttpServletRequest request) {
        String topic = request.getMethod().equals("POST") ? topic(request.getRequestURI()) : null;
        if (topic == null) {
            return null;
        }
        request.setAttribute(TOPIC, topic);
        request.setAttribute(BEST_MATCHING_PATTERN_ATTRIBUTE, ProduceController.PATH);
        return handler;
    }

    private static @Nullable String topic(String path) {
        int end = path.length() - END.length();
        if (end <= BEGIN.length() || !path.startsWith(BEGIN) || !path.endsWith(END)) {
            return null;
        }
        for (int i = BEGIN.length(); i < end; i++) {
            char c = path.charAt(i);
            if (c == '/' || c == '%' || c == ';') {
                return null;
            }
        }
        return path.substring(BEGIN.length(), end);
    }

    private void produce(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        controller.produce((String) request.getAttribute(TOPIC), request, response);
    }
}
