package io.millrace.move;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Rows of cells, printed in columns as wide as they must be. Numbers stand to the right. */
final class Table {

    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();
    private final List<Boolean> numbers = new ArrayList<>();

    /** Begins with the columns' names. */
    Table(String... names) {
        rows.add(List.of(names));
        for (String _ : names) {
            numbers.add(false);
        }
    }

    /** Adds a row, with texts and numbers. */
    void add(Object... cells) {
        List<String> row = new ArrayList<>();
        for (int i = 0; i < cells.length; i++) {
            numbers.set(i, cells[i] instanceof Number);
            row.add(
                    cells[i] instanceof Number number
                            ? String.format(Locale.ROOT, "%,d", number.longValue())
                            : String.valueOf(cells[i]));
        }
        rows.add(row);
    }

    void print(PrintStream out) {
        int[] widths = IntStream.range(0, numbers.size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                String filling = " ".repeat(widths[column] - cell.length());
                line.append(numbers.get(column) ? filling + cell : cell + filling)
                        .append(GAP);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
