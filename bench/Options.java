import java.net.URI;

/**
 * What a run is asked for.
 *
 * @param seconds of each measurement
 * @param rounds how often each is repeated, in turns with what it is compared with
 * @param only what the names of the work to measure contain; empty for all
 * @param url of a server that runs already; null to start the built jar and the ceiling
 */
record Options(double seconds, int rounds, String only, URI url) {

    static final String USAGE = """
            bench/run [--seconds 5] [--rounds 5] [--only part-of-a-name] [--url http://host:port]

            Without --url it starts target/millrace and, in turns with it, an endpoint that stores nothing. bench/growth has
            the same options but --url.""";

    static Options of(String[] arguments) {
        double seconds = 5;
        int rounds = 5;
        String only = "";
        URI url = null;
        for (int i = 0; i < arguments.length; i += 2) {
            String value = i + 1 < arguments.length ? arguments[i + 1] : "";
            switch (arguments[i]) {
                case "--seconds" -> seconds = Double.parseDouble(value);
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--only" -> only = value;
                case "--url" -> url = URI.create(value);
                default -> {
                    System.err.println(USAGE);
                    System.exit(2);
                }
            }
        }
        return new Options(seconds, rounds, only, url);
    }

    boolean wants(String work) {
        return work.contains(only);
    }

    /** Whether some of the work may be asked for whose names begin so. */
    boolean wantsSomeOf(String beginning) {
        return wants(beginning) || only.startsWith(beginning);
    }

    @Override
    public String toString() {
        return "%.0f s a measurement, %d rounds".formatted(seconds, rounds) + (url == null ? "" : ", " + url);
    }
}
