package io.millrace.wire;

import java.util.SplittableRandom;

/** Makes random JSON, with everything that the grammar leaves room for: escapes, white space, odd numbers, duplicates. */
final class RandomJson {

    private static final String[] SPACE = {"", "", "", " ", "\n", "\t", "\r\n", "  \n "};
    private static final String[] ESCAPES = {"\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"};

    private RandomJson() {}

    /** Text of Unicode scalar values: no halves of surrogate pairs. */
    static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(30);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(codePoint(random));
        }
        return text.toString();
    }

    static String value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "false";
            case 2, 3 -> number(random);
            case 4, 5 -> string(random, true);
            case 6 -> container(random, '[', ']', depth, false);
            default -> container(random, '{', '}', depth, true);
        };
    }

    static String space(SplittableRandom random) {
        return SPACE[random.nextInt(SPACE.length)];
    }

    /** A string literal of random text, any of it escaped in any of the ways that there are. */
    static String string(SplittableRandom random, boolean halfSurrogates) {
        StringBuilder json = new StringBuilder("\"");
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(10);
            if (kind == 0) {
                json.append(ESCAPES[random.nextInt(ESCAPES.length)]);
            } else if (kind == 1) {
                for (char c : Character.toChars(codePoint(random))) {
                    json.append(random.nextBoolean() ? "\\u%04x".formatted((int) c) : "\\u%04X".formatted((int) c));
                }
            } else if (kind == 2 && halfSurrogates) {
                json.append("\\ud83d");
            } else {
                int c = codePoint(random);
                json.appendCodePoint(c < ' ' || c == '"' || c == '\\' ? 'x' : c);
            }
        }
        return json.append('"').toString();
    }

    private static String container(SplittableRandom random, char open, char close, int depth, boolean named) {
        StringBuilder json = new StringBuilder().append(open).append(space(random));
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            json.append(i == 0 ? "" : "," + space(random));
            if (named) {
                json.append(string(random, false))
                        .append(space(random))
                        .append(':')
                        .append(space(random));
            }
            json.append(value(random, depth - 1)).append(space(random));
        }
        return json.append(close).toString();
    }

    private static String number(SplittableRandom random) {
        String whole = random.nextBoolean() ? "0" : random.nextInt(1, 10) + digits(random, 0);
        String fraction = random.nextBoolean() ? "" : "." + digits(random, 1);
        String exponent = random.nextInt(3) > 0
                ? ""
                : (random.nextBoolean() ? "e" : "E")
                        + new String[] {"", "+", "-"}[random.nextInt(3)]
                        + digits(random, 1);
        return (random.nextBoolean() ? "-" : "") + whole + fraction + exponent;
    }

    private static String digits(SplittableRandom random, int least) {
        StringBuilder digits = new StringBuilder();
        int count = random.nextInt(10) == 0 ? 40 : random.nextInt(least, 5);
        for (int i = 0; i < count; i++) {
            digits.append(random.nextInt(10));
        }
        return digits.toString();
    }

    private static int codePoint(SplittableRandom random) {
        int c = switch (random.nextInt(5)) {
            case 0 -> random.nextInt(0x20);
            case 1, 2 -> random.nextInt(0x20, 0x7F);
            case 3 -> random.nextInt(0x7F, 0x10000);
            default -> random.nextInt(0x10000, 0x110000);
        };
        return c >= 0xD800 && c < 0xE000 ? 0xFFFD : c;
    }
}
