package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the pages in docs/, run as they are printed, on topics and a group of the test's own. */
class DocumentHttpTests extends HttpTests {

    @TempDir
    Path directory;

    private DocumentCommands page(String name) throws IOException {
        return new DocumentCommands(
                "docs/" + name,
                directory,
                Map.of(
                        "localhost:8080",
                        "localhost:" + port,
                        "/topics/orders",
                        "/topics/" + topic,
                        "\"topic\": \"orders\"",
                        "\"topic\": \"%s\"".formatted(topic),
                        "/topics/log/",
                        "/topics/" + topic + ".log/",
                        "\"name\": \"prices\"",
                        "\"name\": \"%s.prices\"".formatted(topic),
                        "/topics/prices/",
                        "/topics/" + topic + ".prices/",
                        "billing",
                        group,
                        "<id of an event>",
                        cursorOfTheGroup(),
                        "journalctl -f",
                        "printf 'one\\ntwo\\n'"));
    }

    private String cursorOfTheGroup() {
        String members = "/groups/" + group + "/consumers";
        String cursor = post(members, "{\"topics\": [\"%s\"], \"consumer\": \"guest\"}".formatted(topic))
                .with(201)
                .json()
                .at("/cursor")
                .asString();
        delete(members + "/guest").with(204);
        return cursor;
    }

    private void lines() throws IOException {
        Files.writeString(
                directory.resolve("orders.ndjson"), "{\"key\": \"a\", \"value\": 1}\n{\"key\": \"b\", \"value\": 2}\n");
    }

    @Test
    void producing() throws IOException, InterruptedException {
        createTopic(1);
        lines();
        DocumentCommands page = page("producing.md");
        assertThat(page.count()).isEqualTo(6);
        assertThat(page.run(0)).contains("\"offset\":0").contains("\"offset\":1");
        assertThat(page.run(1)).contains("\"accepted\":2");
        assertThat(page.run(2)).contains("\"accepted\":2");
        assertThat(page.run(3)).contains("\"cleanup.policy\":\"compact\"").contains("\"offsets\"");
        assertThat(page.run(4)).contains("\"accepted\":2");
        String once = page.run(5);
        assertThat(once).contains("\"offset\":6");
        assertThat(page.run(5)).isEqualTo(once);
    }

    @Test
    void consuming() throws IOException, InterruptedException {
        createTopic(1);
        produce("{\"value\": \"first\"}");
        DocumentCommands page = page("consuming.md");
        assertThat(page.count()).isEqualTo(8);
        assertThat(page.run(0)).contains("\"first\"");
        assertThat(page.run(1)).contains("event:", "\"first\"");
        assertThat(page.run(2)).contains("event:");
        assertThat(page.run(3)).contains("\"timeLagMs\"");
        assertThat(page.run(4)).contains("\"partition\":0");
        delete("/groups/" + group + "/consumers/till-7").with(204);
        delete("/groups/" + group + "/consumers/line-1").with(204);
        assertThat(page.run(5)).contains("\"offsets\"");
        page.run(6);
        assertThat(directory.resolve("orders.ndjson")).content().contains("\"first\"");
        assertThat(page.run(7)).contains("\"first\"");
    }

    @Test
    void cloudEvents() throws IOException, InterruptedException {
        createTopic(1);
        DocumentCommands page = page("cloudevents.md");
        assertThat(page.count()).isEqualTo(5);
        assertThat(page.run(0)).contains("\"offset\":0");
        assertThat(page.run(1)).contains("\"offset\":1");
        assertThat(page.run(2)).contains("\"offset\":2", "\"offset\":3");
        assertThat(page.run(3))
                .contains("\"subject\":\"Earl Grey\"", "\"data\":{\"item\": \"tea\", \"count\": 3}")
                .contains("ce-subject: Earl%20Grey", "Content-Type: application/json");
        assertThat(page.run(4))
                .contains("Millrace-Cursor: ", "Content-Type: application/cloudevents-batch+json")
                .contains("\"id\":\"sale-1\"", "\"id\":\"sale-2\"", "\"id\":\"sale-3\"", "\"id\":\"receipt-3\"")
                .contains("\"data_base64\":\"iVBORw0KGgo=\"");
    }
}
