package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The command blocks of a page of the documentation, to be run as they are printed but for names. */
final class DocumentCommands {

    private static final Pattern BLOCK = Pattern.compile("^```(?:sh)?\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    /** A stream that does not end is read for a while. */
    private static final String CURL =
            "curl() { command curl -sS --fail-with-body --max-time 5 \"$@\" || [ $? = 28 ]; echo; }\n";

    private final List<String> blocks;
    private final Path directory;
    private final Map<String, String> names;

    /**
     * @param directory where they are run
     * @param names what stands in them, and what is to stand there
     */
    DocumentCommands(String page, Path directory, Map<String, String> names) throws IOException {
        this.blocks = BLOCK.matcher(Files.readString(Path.of(page)))
                .results()
                .map(block -> block.group(1))
                .toList();
        this.directory = directory;
        this.names = names;
    }

    int count() {
        return blocks.size();
    }

    /** What the commands of a block print; all of them must succeed. */
    String run(int block) throws IOException, InterruptedException {
        String here = blocks.get(block);
        for (Map.Entry<String, String> name : names.entrySet()) {
            here = here.replace(name.getKey(), name.getValue());
        }
        Process process = new ProcessBuilder("bash", "-euo", "pipefail", "-c", CURL + here)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
