package io.millrace.web.api;

import io.millrace.group.GroupCoordinator;
import io.millrace.group.GroupName;
import io.millrace.group.GroupOffset;
import io.millrace.group.GroupView;
import io.millrace.group.TimeLags;
import io.millrace.web.QueryParameters;
import io.millrace.web.node.OtherServers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Looking at consumer groups: which there are, how they are, how far they are. */
@RestController
final class GroupController {

    private final GroupCoordinator groups;
    private final TimeLags timeLags;
    private final OtherServers others;

    GroupController(GroupCoordinator groups, TimeLags timeLags, OtherServers others) {
        this.groups = groups;
        this.timeLags = timeLags;
        this.others = others;
    }

    @GetMapping("/groups")
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        QueryParameters.of(request);
        List<Map<String, Object>> list = groups.groups().stream()
                .map(group -> {
                    Map<String, Object> entry = new LinkedHashMap<>();
                    entry.put("group", group.group().value());
                    entry.put("state", group.state().label());
                    entry.put("members", group.members());
                    entry.put("lag", group.lag());
                    return entry;
                })
                .toList();
        Answers.write(response, HttpServletResponse.SC_OK, Map.of("groups", with(list, request)));
    }

    /** Adds what other servers coordinate, unless it is one of them that asks. */
    private List<Object> with(List<Map<String, Object>> own, HttpServletRequest request) {
        List<Object> all = new ArrayList<>(own);
        if (!others.isForwarded(request)) {
            others.groups().forEach(group -> all.add(group));
            all.sort(Comparator.comparing(GroupController::name));
        }
        return all;
    }

    private static String name(Object group) {
        return group instanceof JsonNode node
                ? node.path("group").asString()
                : String.valueOf(((Map<?, ?>) group).get("group"));
    }

    @GetMapping("/groups/{group}")
    void describe(@PathVariable String group, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        QueryParameters.of(request);
        GroupView view = groups.group(GroupNames.of(group));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("group", view.group().value());
        answer.put("state", view.state().label());
        answer.put("generation", view.generation());
        answer.put("members", view.members().stream().map(ConsumerAnswers::full).toList());
        Answers.write(response, HttpServletResponse.SC_OK, answer);
    }

    @GetMapping("/groups/{group}/offsets")
    void offsets(@PathVariable String group, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        QueryParameters.of(request);
        GroupName name = GroupNames.of(group);
        List<Map<String, @Nullable Object>> offsets = new ArrayList<>();
        long lag = 0;
        long timeLag = 0;
        for (GroupOffset offset : groups.offsets(name)) {
            Long behind = timeLags.millis(offset);
            Map<String, @Nullable Object> entry = offset(offset);
            entry.put("timeLagMs", behind);
            offsets.add(entry);
            lag += offset.lag();
            timeLag = Math.max(timeLag, behind == null ? 0 : behind);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("offsets", offsets);
        answer.put("lag", lag);
        answer.put("timeLagMs", timeLag);
        Answers.write(response, HttpServletResponse.SC_OK, answer);
    }

    /** How far a group is in a partition. */
    static Map<String, @Nullable Object> offset(GroupOffset offset) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("topic", offset.partition().topic().value());
        entry.put("partition", offset.partition().partition());
        entry.put("committedOffset", offset.committed());
        entry.put("logStartOffset", offset.ends().logStartOffset());
        entry.put("highWatermark", offset.ends().highWatermark());
        entry.put("lag", offset.lag());
        return entry;
    }
}
