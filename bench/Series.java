import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** What was measured in the rounds of a run, in their order. */
final class Series {

    private final List<Double> values = new ArrayList<>();

    static Series of(double value) {
        Series series = new Series();
        series.add(value);
        return series;
    }

    void add(double value) {
        values.add(value);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    double min() {
        return Collections.min(values);
    }

    double max() {
        return Collections.max(values);
    }

    /** Each value as a share of what the other reached in the same round, so that the machine's moods meet both. */
    Series shareOf(Series other) {
        return with(other, (mine, its) -> mine / its);
    }

    Series better(Series other) {
        return with(other, Math::max);
    }

    Series smaller(Series other) {
        return with(other, Math::min);
    }

    Series times(double factor) {
        Series product = new Series();
        values.forEach(value -> product.add(value * factor));
        return product;
    }

    private Series with(Series other, DoubleBinaryOperator operator) {
        Series combined = new Series();
        for (int i = 0; i < Math.min(values.size(), other.values.size()); i++) {
            combined.add(operator.applyAsDouble(values.get(i), other.values.get(i)));
        }
        return combined;
    }
}
