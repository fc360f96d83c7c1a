package io.millrace.web.compression;

import io.millrace.config.ContentCoding;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/** Has every answer compressed for whom that is wanted, see {@link CompressibleResponse}. */
final class CompressionFilter extends OncePerRequestFilter {

    private final List<ContentCoding> offered;
    private final CompressibleResponse.Means means;

    CompressionFilter(List<ContentCoding> offered, CompressibleResponse.Means means) {
        this.offered = offered;
        this.means = means;
    }

    /** A request that waited for its server and goes its usual way then has a response of its own. */
    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        ContentCoding coding = AcceptEncoding.choose(header(request), offered);
        CompressibleResponse answer = new CompressibleResponse(response, coding, request, means);
        boolean failed = true;
        try {
            chain.doFilter(request, answer);
            failed = false;
        } finally {
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new Cleaning(answer));
            } else if (failed) {
                answer.abandon();
            } else {
                answer.finish();
            }
        }
    }

    /** Of an answer that another thread gives, the container may be the first to know that it is over. */
    private record Cleaning(CompressibleResponse answer) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            answer.over();
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }

    private static @Nullable String header(HttpServletRequest request) {
        List<String> lines = Collections.list(request.getHeaders(AcceptEncoding.NAME));
        return lines.isEmpty() ? null : String.join(",", lines);
    }
}
