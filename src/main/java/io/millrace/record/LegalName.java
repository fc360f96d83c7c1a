package io.millrace.record;

/** Kafka's rule for the names of topics, applied to every name that a client may choose. */
public final class LegalName {

    /** The most characters a name may have; a partition's directory name, {@code <topic>-<partition>}, must fit in 255. */
    public static final int MAX_LENGTH = 249;

    private LegalName() {}

    /**
     * Returns {@code name} if it is 1 to 249 characters of {@code [a-zA-Z0-9._-]} and neither {@code .} nor {@code ..}.
     *
     * @param what what the name is for, as it is to appear in the error ("topic name")
     * @throws InvalidNameException if it is not
     */
    public static String check(String what, String name) {
        if (name.isEmpty() || name.length() > MAX_LENGTH || name.equals(".") || name.equals("..") || !legal(name)) {
            throw new InvalidNameException(
                    "'%s' is not a legal %s: use 1 to %d characters of a-z, A-Z, 0-9, '.', '_' and '-'"
                            .formatted(shortened(name), what, MAX_LENGTH));
        }
        return name;
    }

    private static boolean legal(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean ok = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '-';
            if (!ok) {
                return false;
            }
        }
        return true;
    }

    private static String shortened(String name) {
        return name.length() <= 60 ? name : name.substring(0, 57) + "...";
    }
}
