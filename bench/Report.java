import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of a run: what was reached, what it is measured against, and whether that meets the goal. */
final class Report {

    private static final String HEAD = """
            | work | Millrace | measured against | share | goal | |
            | --- | --- | --- | --- | --- | --- |
            """;

    private final List<String> rows = new ArrayList<>();

    Report() {
        System.out.print(HEAD);
    }

    /** What must be at least a part of what the ceiling reached in the same round. */
    void atLeast(String work, String unit, Series mine, String ceiling, Series its, double part) {
        Series share = mine.shareOf(its);
        row(work, spread(mine, unit), ceiling + " " + spread(its, unit), percent(share),
                "at least %.0f %%".formatted(100 * part), verdict(share.median() >= part));
    }

    /** What is compared without a goal. */
    void share(String work, String unit, Series mine, String other, Series its) {
        row(work, spread(mine, unit), other + " " + spread(its, unit), percent(mine.shareOf(its)), "", "");
    }

    /** What must not be more than a part of what the other took in the same round. */
    void atMost(String work, String unit, Series mine, String ceiling, Series its, double part) {
        Series share = mine.shareOf(its);
        row(work, spread(mine, unit), ceiling + " " + spread(its, unit), percent(share),
                "at most %.0f %%".formatted(100 * part), verdict(share.median() <= part));
    }

    /** What must reach a number. It is for orientation: another machine reaches another one. */
    void above(String work, String unit, Series mine, double bound) {
        row(work, spread(mine, unit), "", "", "at least " + number(bound, unit), verdict(mine.median() >= bound));
    }

    /** What must stay below a number. */
    void below(String work, String unit, Series mine, double bound) {
        row(work, spread(mine, unit), "", "", "below " + number(bound, unit), verdict(mine.median() < bound));
    }

    /** What has no goal. */
    void plain(String work, String unit, Series mine) {
        row(work, spread(mine, unit), "", "", "", "");
    }

    /** What became of many calls: how often there was which answer. */
    void told(String work, Map<String, Integer> answers) {
        row(work, answers.entrySet().stream()
                .map(answer -> "%,d x %s".formatted(answer.getValue(), answer.getKey()))
                .collect(Collectors.joining(", ")), "", "", "", "");
    }

    private void row(String... cells) {
        String row = "| " + String.join(" | ", cells) + " |";
        rows.add(row);
        System.out.println(row);
    }

    private static String verdict(boolean reached) {
        return reached ? "reached" : "**missed**";
    }

    private static String percent(Series share) {
        return share.min() == share.max()
                ? "%.0f %%".formatted(100 * share.median())
                : "%.0f %% (%.0f..%.0f)".formatted(100 * share.median(), 100 * share.min(), 100 * share.max());
    }

    private static String spread(Series values, String unit) {
        return values.min() == values.max()
                ? number(values.median(), unit)
                : number(values.median(), unit) + " (" + plain(values.min()) + ".." + plain(values.max()) + ")";
    }

    private static String number(double value, String unit) {
        return plain(value) + " " + unit;
    }

    private static String plain(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }

    /** Keeps the table, with the machine and the commit that it is of. */
    void keep(String options) throws IOException, InterruptedException {
        String commit = output("git", "rev-parse", "--short", "HEAD");
        boolean changed = !output("git", "status", "--porcelain", "src", "pom.xml").isEmpty();
        String now = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm"));
        String text = "# %s, commit %s%s%n%n%s%n%n%s%s%n".formatted(
                now, commit, changed ? " with changes" : "", machine(options), HEAD, String.join("\n", rows));
        Path file = Path.of("bench", "results", now + "-" + commit + ".md");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        System.out.println("\nkept in " + file);
    }

    private static String machine(String options) throws IOException {
        String memory = Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll("\\D", "");
        return "%d cores, %d GB of memory, %s %s, JDK %s; %s.".formatted(
                Runtime.getRuntime().availableProcessors(),
                Math.round(Long.parseLong(memory) / 1e6),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.version(),
                options);
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        process.waitFor();
        return output;
    }
}
