package io.millrace.web.api;

import io.millrace.group.GroupAdmin;
import io.millrace.group.GroupName;
import io.millrace.group.MovedOffset;
import io.millrace.group.PlaceRequest;
import io.millrace.group.Placed;
import io.millrace.record.TopicName;
import io.millrace.time.Time;
import io.millrace.web.ProblemType;
import io.millrace.web.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** Sends readers elsewhere, sets what groups have committed, and removes groups. */
@RestController
final class GroupAdminController {

    private static final String DRY_RUN = "dryRun";
    private static final String TOPIC = "topic";
    private static final String PARTITION = "partition";

    private final GroupAdmin admin;
    private final JsonRequests requests;
    private final PlaceReader seeks;
    private final PlaceReader resets;

    GroupAdminController(GroupAdmin admin, JsonRequests requests, Time time) {
        this.admin = admin;
        this.requests = requests;
        this.seeks = new PlaceReader(time, ProblemType.INVALID_SEEK);
        this.resets = new PlaceReader(time, ProblemType.INVALID_COMMIT);
    }

    @PostMapping("/groups/{group}/consumers/{consumer}/seek")
    void seek(
            @PathVariable String group,
            @PathVariable String consumer,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        QueryParameters.of(request);
        GroupName name = GroupNames.of(group);
        List<PlaceRequest> wanted = seeks.positions(requests.read(request, ProblemType.INVALID_SEEK));
        Placed sought = admin.seek(name, consumer, wanted);
        Answers.write(response, HttpServletResponse.SC_OK, ConsumerAnswers.placed("positions", sought));
    }

    @PutMapping("/groups/{group}/offsets")
    void reset(@PathVariable String group, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean dryRun = QueryParameters.of(request, DRY_RUN).flag(DRY_RUN);
        GroupName name = GroupNames.of(group);
        List<PlaceRequest> wanted = resets.offsets(requests.read(request, ProblemType.INVALID_COMMIT));
        List<Map<String, @Nullable Object>> offsets = new ArrayList<>();
        for (MovedOffset moved : admin.reset(name, wanted, dryRun)) {
            Map<String, @Nullable Object> entry = GroupController.offset(moved.after());
            entry.put("previousOffset", moved.before());
            offsets.add(entry);
        }
        Answers.write(response, HttpServletResponse.SC_OK, Map.of("offsets", offsets, DRY_RUN, dryRun));
    }

    @DeleteMapping("/groups/{group}/offsets")
    void deleteOffsets(@PathVariable String group, HttpServletRequest request, HttpServletResponse response) {
        QueryParameters query = QueryParameters.of(request, TOPIC, PARTITION);
        String topic = query.text(TOPIC);
        Integer partition = query.has(PARTITION) ? query.integer(PARTITION, 0, 0, Integer.MAX_VALUE) : null;
        if (topic == null && partition != null) {
            throw QueryParameters.wrong(PARTITION, partition.toString(), "given together with 'topic'");
        }
        admin.deleteOffsets(GroupNames.of(group), topic == null ? null : new TopicName(topic), partition);
        Answers.noContent(response);
    }

    @DeleteMapping("/groups/{group}")
    void delete(@PathVariable String group, HttpServletRequest request, HttpServletResponse response) {
        QueryParameters.of(request);
        admin.delete(GroupNames.of(group));
        Answers.noContent(response);
    }
}
