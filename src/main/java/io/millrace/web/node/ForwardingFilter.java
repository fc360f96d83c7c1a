package io.millrace.web.node;

import io.millrace.log.LogException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets through what this server can answer, and passes on what is about a group that another one coordinates. */
final class ForwardingFilter extends OncePerRequestFilter {

    private static final int MISDIRECTED = 421;

    private final Forwarding.Means means;
    private final PendingDeliveries deliveries;

    ForwardingFilter(Forwarding.Means means, PendingDeliveries deliveries) {
        this.means = means;
        this.deliveries = deliveries;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String uri = request.getRequestURI();
        if (uri.startsWith(NodeHeaders.DELIVERIES_PATH)) {
            deliveries.settle(
                    uri.substring(NodeHeaders.DELIVERIES_PATH.length()),
                    "delivered=true".equals(request.getQueryString()));
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            return;
        }
        GroupPath path = GroupPath.of(request);
        boolean forwarded = request.getHeader(NodeHeaders.FORWARDED_BY) != null;
        if (path == null || isHere(path)) {
            if (path != null && path.consumer() != null) {
                deliveries.awaitSettled(path.group(), path.consumer());
            }
            chain.doFilter(request, response);
        } else if (forwarded) {
            response.setStatus(MISDIRECTED);
        } else {
            new Forwarding(means, means.shards().of(path.group()), request, response).attempt();
        }
    }

    private boolean isHere(GroupPath path) {
        try {
            means.shards().check(means.shards().of(path.group()));
            return true;
        } catch (LogException.ShardElsewhere elsewhere) {
            return false;
        } catch (LogException notKnown) {
            // The controller says so in its own words.
            return true;
        }
    }
}
