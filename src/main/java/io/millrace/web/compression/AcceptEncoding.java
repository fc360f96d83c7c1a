package io.millrace.web.compression;

import io.millrace.config.ContentCoding;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The header {@code Accept-Encoding}, RFC 9110, section 12.5.3. */
final class AcceptEncoding {

    static final String NAME = "Accept-Encoding";

    private AcceptEncoding() {}

    /**
     * The coding that the client likes best; null if it is to get the answer as it is, because it takes none of them or likes
     * that better. What cannot be understood of the header counts as not said.
     *
     * @param header the values of all its lines, joined by commas; null if there is none
     * @param offered what there is to choose from; of those that the client likes alike, the first
     */
    static @Nullable ContentCoding choose(@Nullable String header, List<ContentCoding> offered) {
        if (header == null) {
            return null;
        }
        Map<String, Double> qualities = qualities(header);
        double others = qualities.getOrDefault("*", 0.0);
        ContentCoding best = null;
        double bestQuality = 0;
        for (ContentCoding coding : offered) {
            double quality = qualities.getOrDefault(name(coding), others);
            if (quality > bestQuality) {
                best = coding;
                bestQuality = quality;
            }
        }
        // An answer as it is can always be had; it is liked better only by who says so.
        return bestQuality >= qualities.getOrDefault("identity", 0.0) ? best : null;
    }

    /** The name under which a coding is registered. */
    static String name(ContentCoding coding) {
        return coding.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Double> qualities(String header) {
        Map<String, Double> qualities = new HashMap<>();
        for (String element : header.split(",", -1)) {
            String[] parts = element.split(";", 2);
            String name = parts[0].strip().toLowerCase(Locale.ROOT);
            double quality = parts.length == 1 ? 1 : quality(parts[1].strip());
            if (quality >= 0) {
                // An old name that is still about, RFC 9110, section 8.4.1.3.
                qualities.put(name.equals("x-gzip") ? "gzip" : name, quality);
            }
        }
        return qualities;
    }

    /** The number of {@code q=0.5}; -1 if it is none from 0 to 1. */
    private static double quality(String parameter) {
        String[] parts = parameter.split("=", 2);
        boolean number = parts[0].strip().equalsIgnoreCase("q")
                && parts.length == 2
                && parts[1].strip().matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?");
        return number ? Double.parseDouble(parts[1].strip()) : -1;
    }
}
