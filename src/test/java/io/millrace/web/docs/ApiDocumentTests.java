package io.millrace.web.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.millrace.MillraceApplication;
import io.millrace.web.ProblemType;
import io.swagger.v3.core.util.Yaml;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Holds openapi.yaml and the server to each other. */
@SpringBootTest(classes = MillraceApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ApiDocumentTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    @TempDir
    static Path dataDir;

    private static JsonNode document;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mappings;

    @LocalServerPort
    int port;

    private final HttpClient client = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("millrace.data-dir", () -> dataDir.resolve("data").toString());
    }

    @BeforeAll
    static void read() throws IOException {
        document = JSON.readTree(Yaml.mapper()
                .readTree(Files.readString(Path.of("openapi.yaml")))
                .toString());
    }

    private record Operation(String method, String path, JsonNode node) {

        String id() {
            return node.path("operationId").asString();
        }
    }

    private static List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        document.path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry(
                        (method, node) -> operations.add(new Operation(method.toUpperCase(Locale.ROOT), path, node))));
        return operations;
    }

    private static JsonNode resolved(JsonNode node) {
        String reference = node.path("$ref").asString("");
        return reference.isEmpty() ? node : document.at(reference.substring(1));
    }

    private static List<String> violations(JsonNode schema, JsonNode value) {
        ObjectNode whole = JSON.createObjectNode();
        whole.set("$ref", schema.path("$ref").isMissingNode() ? null : schema.path("$ref"));
        if (schema.path("$ref").isMissingNode()) {
            whole = ((ObjectNode) schema).deepCopy();
        }
        whole.set("components", document.path("components"));
        return SCHEMAS.getSchema(whole).validate(value).stream()
                .map(Object::toString)
                .toList();
    }

    /** The order of required fields means nothing, and springdoc sorts them. */
    private static JsonNode withSortedRequired(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(entry -> {
                if (entry.getKey().equals("required") && entry.getValue() instanceof ArrayNode array) {
                    Set<String> sorted = new TreeSet<>();
                    array.forEach(name -> sorted.add(name.asString()));
                    array.removeAll();
                    sorted.forEach(array::add);
                } else {
                    withSortedRequired(entry.getValue());
                }
            });
        } else if (node instanceof ArrayNode array) {
            array.forEach(ApiDocumentTests::withSortedRequired);
        }
        return node;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void whatSpringdocServesIsTheFile() throws Exception {
        JsonNode served = JSON.readTree(get("/v3/api-docs").body());
        assertThat(withSortedRequired(served)).isEqualTo(withSortedRequired(document.deepCopy()));
    }

    @Test
    void theFileIsServedAsItIs() throws Exception {
        assertThat(get("/openapi.yaml").body()).isEqualTo(Files.readString(Path.of("openapi.yaml")));
    }

    @Test
    void swaggerUiShowsItAndAsksNobodyElse() throws Exception {
        assertThat(get("/swagger-ui/index.html").statusCode()).isEqualTo(200);
        assertThat(get("/swagger-ui/swagger-initializer.js").body()).contains("/v3/api-docs");
        assertThat(get("/v3/api-docs/swagger-config").body()).contains("\"validatorUrl\":\"none\"");
    }

    @Test
    void everyCallThatIsServedIsDescribedAndNoOther() {
        Set<String> served = mappings.getHandlerMethods().entrySet().stream()
                .filter(entry -> entry.getValue().getBeanType().getPackageName().startsWith("io.millrace.web"))
                .flatMap(entry -> entry.getKey().getMethodsCondition().getMethods().stream()
                        .flatMap(method ->
                                entry.getKey().getPatternValues().stream().map(path -> method + " " + path)))
                .filter(call -> !call.equals("GET /openapi.yaml"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> described = operations().stream()
                .map(operation -> operation.method() + " " + operation.path())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(described).isEqualTo(served);
    }

    @Test
    void everyOperationHasAnIdWordsAndProblems() {
        for (Operation operation : operations()) {
            assertThat(operation.id()).as(operation.path()).isNotEmpty();
            assertThat(operation.node().path("summary").asString(""))
                    .as(operation.id())
                    .isNotEmpty();
            assertThat(operation.node().path("description").asString(""))
                    .as(operation.id())
                    .isNotEmpty();
            operation.node().path("responses").forEachEntry((status, response) -> {
                if (status.compareTo("400") >= 0) {
                    assertThat(resolved(response)
                                    .at("/content/application~1problem+json/schema/$ref")
                                    .asString(""))
                            .as(operation.id() + " " + status)
                            .isEqualTo("#/components/schemas/Problem");
                }
            });
        }
        assertThat(operations()).extracting(Operation::id).doesNotHaveDuplicates();
    }

    @Test
    void theCodesOfProblemsAreThoseOfTheServer() {
        List<String> described = new ArrayList<>();
        document.at("/components/schemas/Problem/properties/code/enum").forEach(code -> described.add(code.asString()));
        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemType.values())
                        .map(ProblemType::code)
                        .toList());
    }

    @Test
    void everyExampleIsAsItsSchemaSays() {
        List<String> wrong = new ArrayList<>();
        for (Operation operation : operations()) {
            checkExamples(operation.id(), operation.node().path("requestBody"), wrong);
            operation
                    .node()
                    .path("responses")
                    .forEachEntry((status, response) ->
                            checkExamples(operation.id() + " " + status, resolved(response), wrong));
        }
        assertThat(wrong).isEmpty();
    }

    private static void checkExamples(String where, JsonNode holder, List<String> wrong) {
        holder.path("content").forEachEntry((type, content) -> {
            if (!holder.isMissingNode() && type.contains("json")) {
                assertThat(content.path("examples").size()).as(where).isPositive();
                content.path("examples")
                        .forEach(example -> violations(
                                        content.path("schema"),
                                        resolved(example).path("value"))
                                .forEach(violation -> wrong.add(where + ": " + violation)));
            }
        });
    }

    @Test
    void everyFirstExampleWorksInTheOrderOfTheDocument() throws Exception {
        for (JsonNode tag : document.path("tags")) {
            for (Operation operation : operations()) {
                if (operation.node().path("tags").get(0).equals(tag.path("name"))) {
                    execute(operation);
                }
            }
        }
    }

    private static String requiredQuery(Operation operation) {
        List<String> pairs = new ArrayList<>();
        for (JsonNode reference : operation.node().path("parameters")) {
            JsonNode parameter = resolved(reference);
            if (parameter.path("in").asString().equals("query")
                    && parameter.path("required").asBoolean(false)) {
                pairs.add(parameter.path("name").asString() + "="
                        + parameter.path("example").asString());
            }
        }
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    /** Presses "Execute" with what is filled in. */
    private void execute(Operation operation) throws IOException, InterruptedException {
        String path = operation.path();
        for (JsonNode reference : operation.node().path("parameters")) {
            JsonNode parameter = resolved(reference);
            if (parameter.path("in").asString().equals("path")) {
                path = path.replace(
                        "{" + parameter.path("name").asString() + "}",
                        parameter.path("example").asString());
            }
        }
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path + requiredQuery(operation)));
        JsonNode body = operation.node().at("/requestBody/content/application~1json/examples");
        boolean required = operation.node().at("/requestBody/required").asBoolean(false);
        if (required) {
            request.header("Content-Type", "application/json")
                    .method(
                            operation.method(),
                            HttpRequest.BodyPublishers.ofString(
                                    body.iterator().next().path("value").toString()));
        } else {
            request.method(operation.method(), HttpRequest.BodyPublishers.noBody());
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode())
                .as("%s %s: %s", operation.method(), path, response.body())
                .isBetween(200, 299);
        JsonNode schema =
                operation.node().at("/responses/" + response.statusCode() + "/content/application~1json/schema");
        if (!response.body().isEmpty()) {
            assertThat(violations(schema, JSON.readTree(response.body())))
                    .as("%s %s: %s", operation.method(), path, response.body())
                    .isEmpty();
        }
    }
}
