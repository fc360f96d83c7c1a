package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The commands of docs/cloudevents.md, run as they are printed, on a topic of the test's own. */
class CloudEventDocumentHttpTests extends HttpTests {

    private static final Pattern BLOCK = Pattern.compile("^```sh\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void itsCommandsDoWhatItSays() throws IOException, InterruptedException {
        createTopic(1);
        List<String> blocks = BLOCK.matcher(Files.readString(Path.of("docs/cloudevents.md")))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
        assertThat(blocks).hasSize(5);

        assertThat(run(blocks.get(0))).contains("\"offset\":0");
        assertThat(run(blocks.get(1))).contains("\"offset\":1");
        assertThat(run(blocks.get(2))).contains("\"offset\":2", "\"offset\":3");
        assertThat(run(blocks.get(3)))
                .contains("\"subject\":\"Earl Grey\"", "\"data\":{\"item\": \"tea\", \"count\": 3}")
                .contains("ce-subject: Earl%20Grey", "Content-Type: application/json");
        assertThat(run(blocks.get(4)))
                .contains("Millrace-Cursor: ", "Content-Type: application/cloudevents-batch+json")
                .contains("\"id\":\"sale-1\"", "\"id\":\"sale-2\"", "\"id\":\"sale-3\"", "\"id\":\"receipt-3\"")
                .contains("\"data_base64\":\"iVBORw0KGgo=\"");
    }

    /** What the commands print; all of them must succeed. */
    private String run(String commands) throws IOException, InterruptedException {
        String here =
                commands.replace("localhost:8080", "localhost:" + port).replace("/topics/orders", "/topics/" + topic);
        String failing = "curl() { command curl -sS --fail-with-body \"$@\"; echo; }\n";
        Process process = new ProcessBuilder("bash", "-euo", "pipefail", "-c", failing + here)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
