package io.millrace.web;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.springframework.web.servlet.HandlerMapping;

/** Counts each request in {@link RequestTimes} when it is over, also one that waits and is answered by another thread. */
final class RequestTimesFilter implements Filter {

    private static final String UNKNOWN = "UNKNOWN";

    private final RequestTimes times;
    private final LongSupplier nanos;

    RequestTimesFilter(RequestTimes times, LongSupplier nanos) {
        this.times = times;
        this.nanos = nanos;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        long start = nanos.getAsLong();
        boolean failed = true;
        try {
            chain.doFilter(request, response);
            failed = false;
        } finally {
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new End(start), request, response);
            } else {
                record(request, failed ? HttpServletResponse.SC_INTERNAL_SERVER_ERROR : status(response), start);
            }
        }
    }

    private static int status(ServletResponse response) {
        return ((HttpServletResponse) response).getStatus();
    }

    private void record(ServletRequest request, int status, long start) {
        Object mapping = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        times.record(
                ((HttpServletRequest) request).getMethod(),
                mapping == null ? UNKNOWN : mapping.toString(),
                status,
                nanos.getAsLong() - start);
    }

    private final class End implements AsyncListener {

        private final long start;

        private End(long start) {
            this.start = start;
        }

        @Override
        public void onComplete(AsyncEvent event) {
            record(event.getSuppliedRequest(), status(event.getSuppliedResponse()), start);
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        /** A request that waits once more has the container forget its listeners. */
        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this, event.getSuppliedRequest(), event.getSuppliedResponse());
        }
    }
}
