package io.millrace.web.api;

import io.millrace.log.LogEngine;
import io.millrace.log.PartitionOffsets;
import io.millrace.log.Topic;
import io.millrace.record.TopicName;
import io.millrace.record.TopicPartition;
import io.millrace.topic.Topics;
import io.millrace.web.JsonBody;
import io.millrace.web.ProblemType;
import io.millrace.web.QueryParameters;
import io.millrace.web.WholeNumber;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Topics: make, list, describe, alter, trim, delete. */
@RestController
final class TopicController {

    private static final int DEFAULT_PAGE_SIZE = 100;
    private static final int MAX_PAGE_SIZE = 1000;
    private static final String BEFORE = "before";
    private static final String BEFORE_EXPECTED = "an offset, or 'latest' for all messages there are";

    private final Topics topics;
    private final JsonRequests requests;

    TopicController(Topics topics, JsonRequests requests) {
        this.topics = topics;
        this.requests = requests;
    }

    @PostMapping("/topics")
    void create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        QueryParameters.of(request);
        JsonBody body = requests.read(request, ProblemType.INVALID_TOPIC).allow("name", "partitions", "config");
        TopicName name = new TopicName(body.requiredText("name"));
        Topic topic = topics.create(name, body.integer("partitions", 1, Integer.MAX_VALUE), body.settings("config"));
        response.setHeader("Location", "/topics/" + name);
        Answers.write(response, HttpServletResponse.SC_CREATED, describe(topic));
    }

    @GetMapping("/topics")
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        QueryParameters query = QueryParameters.of(request, "prefix", "pageSize", "page");
        int size = query.integer("pageSize", DEFAULT_PAGE_SIZE, 1, MAX_PAGE_SIZE);
        String prefix = query.text("prefix");
        // One more than the page, to know whether another one follows.
        List<Topic> found = topics.list(prefix == null ? "" : prefix, after(query), size + 1);
        List<Map<String, Object>> page = new ArrayList<>();
        for (Topic topic : found.subList(0, Math.min(size, found.size()))) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", topic.name().value());
            entry.put("partitions", topic.partitions());
            page.add(entry);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("topics", page);
        if (found.size() > size) {
            answer.put("nextPage", token(found.get(size - 1).name()));
        }
        Answers.write(response, HttpServletResponse.SC_OK, answer);
    }

    private static String token(TopicName last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(last.value().getBytes(StandardCharsets.UTF_8));
    }

    private static String after(QueryParameters query) {
        String token = query.text("page");
        if (token == null) {
            return "";
        }
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException noToken) {
            throw QueryParameters.wrong("page", token, "the nextPage of an answer");
        }
    }

    @GetMapping("/topics/{topic}")
    void describe(@PathVariable String topic, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        QueryParameters.of(request);
        Answers.write(response, HttpServletResponse.SC_OK, describe(topics.require(new TopicName(topic))));
    }

    private Map<String, Object> describe(Topic topic) {
        List<Map<String, Object>> partitions = new ArrayList<>();
        for (PartitionOffsets offsets : topics.offsets(topic)) {
            Map<String, Object> partition = new LinkedHashMap<>();
            int number = partitions.size();
            partition.put("partition", number);
            partition.put("logStartOffset", offsets.logStartOffset());
            partition.put("highWatermark", offsets.highWatermark());
            partition.put("sizeBytes", offsets.sizeInBytes());
            topics.compressionRatio(topic.partition(number))
                    .ifPresent(ratio -> partition.put("compressionRatio", hundredths(ratio)));
            partitions.add(partition);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("name", topic.name().value());
        answer.put("partitions", partitions);
        answer.put("config", topic.settings().toMap());
        return answer;
    }

    @PatchMapping("/topics/{topic}")
    void alter(@PathVariable String topic, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        QueryParameters.of(request);
        TopicName name = new TopicName(topic);
        JsonBody body = requests.read(request, ProblemType.INVALID_TOPIC).allow("partitions", "config");
        if (!body.has("partitions") && !body.has("config")) {
            throw body.lacks("'partitions', 'config', or both");
        }
        Topic altered =
                topics.alter(name, body.integer("partitions", 1, Integer.MAX_VALUE), body.settingChanges("config"));
        Answers.write(response, HttpServletResponse.SC_OK, describe(altered));
    }

    @DeleteMapping("/topics/{topic}/partitions/{partition}/messages")
    void trim(
            @PathVariable String topic,
            @PathVariable String partition,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        long before = before(QueryParameters.of(request, BEFORE));
        TopicPartition address = Partitions.find(topics, topic, partition);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("partition", address.partition());
        answer.put("logStartOffset", topics.trim(address, before));
        Answers.write(response, HttpServletResponse.SC_OK, answer);
    }

    private static long before(QueryParameters query) {
        String text = query.requiredText(BEFORE, BEFORE_EXPECTED);
        if (text.equals("latest")) {
            return LogEngine.HIGH_WATERMARK;
        }
        try {
            long offset = WholeNumber.parse(text);
            if (offset >= 0) {
                return offset;
            }
        } catch (NumberFormatException noNumber) {
            // Wrong like a negative one.
        }
        throw QueryParameters.wrong(BEFORE, text, BEFORE_EXPECTED);
    }

    private static double hundredths(double ratio) {
        return Math.round(ratio * 100) / 100.0;
    }

    @DeleteMapping("/topics/{topic}")
    void delete(@PathVariable String topic, HttpServletRequest request, HttpServletResponse response) {
        QueryParameters.of(request);
        topics.delete(new TopicName(topic));
        Answers.noContent(response);
    }
}
