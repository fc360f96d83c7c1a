package io.millrace.web.node;

import io.millrace.log.Shards;
import io.millrace.record.InvalidNameException;
import io.millrace.record.RequestId;
import io.millrace.record.TopicName;
import io.millrace.web.IdempotencyKey;
import io.millrace.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** To which shard a request belongs: that of its group, or, if it is to be stored only once, its own. */
sealed interface Belonging {

    /** The number of the shard, if the shards are known. */
    int shard(Shards shards);

    /** A request about a group. */
    record OfGroup(GroupPath path) implements Belonging {
        @Override
        public int shard(Shards shards) {
            return shards.of(path.group());
        }
    }

    /** Messages to a topic that are to be stored only once. */
    record OfRequest(TopicName topic, RequestId id) implements Belonging {
        @Override
        public int shard(Shards shards) {
            return shards.of(topic, id);
        }
    }

    /** Null if any server can answer the request. */
    static @Nullable Belonging of(HttpServletRequest request) {
        GroupPath group = GroupPath.of(request);
        return group != null ? new OfGroup(group) : ofRequest(request);
    }

    private static @Nullable Belonging ofRequest(HttpServletRequest request) {
        String[] parts = request.getRequestURI().split("/", -1);
        boolean produces = request.getMethod().equals("POST")
                && parts.length == 4
                && parts[1].equals("topics")
                && parts[3].equals("messages");
        try {
            RequestId id = produces ? IdempotencyKey.of(request) : null;
            return id == null ? null : new OfRequest(new TopicName(parts[2]), id);
        } catch (ProblemException | InvalidNameException wrong) {
            // The controller says so in its own words.
            return null;
        }
    }
}
