import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.util.FileSystemUtils;

/**
 * Has Spring find out which beans the server has and write that down as classes, for the jar of a release: a start that uses them has
 * nothing to look for. Run by the build with the server and its libraries on the class path.
 *
 * <p>Arguments: a directory for what is written, and the one in it for the classes.
 */
public final class PrepareBeans {

    private PrepareBeans() {}

    public static void main(String[] args) throws Exception {
        Path work = Path.of(args[0]);
        Path classes = Path.of(args[1]);
        FileSystemUtils.deleteRecursively(work);
        Files.createDirectories(classes);
        Path sources = work.resolve("sources");
        SpringApplicationAotProcessor.main(new String[] {
            "io.millrace.MillraceApplication",
            sources.toString(),
            work.resolve("resources").toString(),
            classes.toString(),
            "io.millrace",
            "millrace",
            "--millrace.engine=embedded"
        });
        compile(sources, classes);
    }

    private static void compile(Path sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null);
                Stream<Path> found = Files.walk(sources)) {
            List<Path> java =
                    found.filter(file -> file.toString().endsWith(".java")).toList();
            List<String> options = List.of(
                    "-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none", "-nowarn");
            if (!compiler.getTask(null, files, problems, options, null, files.getJavaFileObjectsFromPaths(java))
                    .call()) {
                throw new IllegalStateException("What Spring wrote does not compile: " + problems.getDiagnostics());
            }
        }
    }
}
