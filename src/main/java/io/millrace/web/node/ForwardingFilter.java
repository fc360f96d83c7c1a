package io.millrace.web.node;

import io.millrace.log.LogException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets through what this server can answer, and passes on what another one is in charge of. */
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
        Belonging belonging = Belonging.of(request);
        boolean forwarded = request.getHeader(NodeHeaders.FORWARDED_BY) != null;
        if (belonging == null || isHere(belonging)) {
            if (belonging instanceof Belonging.OfGroup(GroupPath(String group, String consumer)) && consumer != null) {
                deliveries.awaitSettled(group, consumer);
            }
            chain.doFilter(request, response);
        } else if (forwarded) {
            response.setStatus(MISDIRECTED);
        } else {
            new Forwarding(means, belonging, request, response).attempt();
        }
    }

    private boolean isHere(Belonging belonging) {
        try {
            means.shards().check(belonging.shard(means.shards()));
            return true;
        } catch (LogException.ShardElsewhere elsewhere) {
            return false;
        } catch (LogException notKnown) {
            // The controller says so in its own words.
            return true;
        }
    }
}
