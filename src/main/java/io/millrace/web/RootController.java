package io.millrace.web;

import io.millrace.config.MillraceProperties;
import io.millrace.config.MillraceProperties.Engine;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The first answer that a newcomer gets: what this is, where everything else is, and a command to try. */
@RestController
final class RootController {

    private final JsonMapper json =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private final String page;
    private final String version;
    private final Engine engine;

    RootController(ObjectProvider<BuildProperties> build, MillraceProperties properties) throws IOException {
        this.engine = properties.engine();
        this.page = new ClassPathResource("root.html", RootController.class).getContentAsString(StandardCharsets.UTF_8);
        this.version = version(build.getIfAvailable());
    }

    private static String version(@Nullable BuildProperties build) {
        String version = build == null ? null : build.getVersion();
        return version == null ? "dev" : version;
    }

    @GetMapping("/")
    ResponseEntity<byte[]> root(HttpServletRequest request) {
        QueryParameters.of(request);
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.contains("text/html") ? html(request) : json(request);
    }

    private ResponseEntity<byte[]> html(HttpServletRequest request) {
        String body = page.replace("{version}", HtmlUtils.htmlEscape(version))
                .replace("{engine}", label())
                .replace("{produce}", HtmlUtils.htmlEscape(produce(request)))
                .replace("{consume}", HtmlUtils.htmlEscape(consume(request)));
        return ResponseEntity.ok()
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .body(body.getBytes(StandardCharsets.UTF_8));
    }

    private ResponseEntity<byte[]> json(HttpServletRequest request) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("name", "Millrace");
        root.put("version", version);
        root.put("engine", label());
        root.put("features", features());
        Map<String, String> links = new LinkedHashMap<>();
        links.put("topics", "/topics");
        links.put("groups", "/groups");
        links.put("openapi", "/openapi.yaml");
        links.put("documentation", "/swagger-ui.html");
        links.put("health", "/actuator/health");
        links.put("metrics", "/actuator/prometheus");
        root.put("links", links);
        root.put("firstMessage", produce(request));
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .body((json.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private String label() {
        return engine.name().toLowerCase(Locale.ROOT);
    }

    /** What differs between engines. */
    private Map<String, Object> features() {
        boolean kafka = engine == Engine.KAFKA;
        Map<String, Object> features = new LinkedHashMap<>();
        features.put("severalServers", kafka);
        features.put("kafkaClients", kafka);
        features.put("atomicBatches", !kafka);
        features.put("defaultDurability", kafka ? "written" : "fsync");
        return features;
    }

    private static String produce(HttpServletRequest request) {
        return "curl -H 'Content-Type: application/json' -d '{\"value\": \"hello\", \"partition\": 0}' "
                + CurlLine.base(request)
                + "/topics/greetings/messages";
    }

    private static String consume(HttpServletRequest request) {
        return "curl '" + CurlLine.base(request) + "/topics/greetings/partitions/0/messages'";
    }
}
