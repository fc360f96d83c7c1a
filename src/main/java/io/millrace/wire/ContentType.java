package io.millrace.wire;

import io.millrace.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The media type of a value, kept in the record header {@code content-type}.
 *
 * @param text as the client wrote it
 * @param charsetName its parameter {@code charset}; null without one
 */
record ContentType(String text, Family family, @Nullable String charsetName) {

    /** How values of a type are shown. */
    enum Family {
        JSON,
        TEXT,
        BINARY
    }

    /** The name of the record header, in lower case. */
    static final String HEADER = "content-type";

    static final String JSON_TEXT = "application/json";

    static final ContentType JSON = new ContentType(JSON_TEXT, Family.JSON, null);

    /** Shared by all messages: whoever reads the value must not move its position, as everywhere. */
    static final RecordHeader JSON_HEADER = header(JSON_TEXT);

    static final RecordHeader BINARY_HEADER = header("application/octet-stream");

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    /** RFC 9110, section 8.3.1. */
    private static final Pattern MEDIA_TYPE = Pattern.compile("(" + TOKEN + ")/(" + TOKEN + ")((?:[ \\t]*;[ \\t]*(?:"
            + TOKEN + "=(?:" + TOKEN + "|\"(?:[\\t !#-\\[\\]-~]|\\\\[\\t -~])*+\"))?+)*+)");

    private static final Pattern CHARSET =
            Pattern.compile(";[ \\t]*charset=(?:\"([^\"]*)\"|(" + TOKEN + "))", Pattern.CASE_INSENSITIVE);

    /** Longer ones are no media types that anybody registers, and would cost time to look at. */
    private static final int MAX_LENGTH = 1024;

    private static final Set<String> TEXT_TYPES = Set.of(
            "application/xml",
            "application/javascript",
            "application/ecmascript",
            "application/x-www-form-urlencoded",
            "application/x-ndjson",
            "application/yaml",
            "application/x-yaml",
            "application/toml",
            "application/sql",
            "application/graphql");

    /** The media type that {@code text} is, or null if it is none. */
    static @Nullable ContentType parse(String text) {
        if (text.equals(JSON_TEXT)) {
            return JSON;
        }
        Matcher matcher = MEDIA_TYPE.matcher(text);
        if (text.length() > MAX_LENGTH || !matcher.matches()) {
            return null;
        }
        String type = matcher.group(1).toLowerCase(Locale.ROOT);
        String subtype = matcher.group(2).toLowerCase(Locale.ROOT);
        Matcher charset = CHARSET.matcher(matcher.group(3));
        String charsetName = null;
        if (charset.find()) {
            charsetName = charset.group(1) != null ? charset.group(1) : charset.group(2);
        }
        return new ContentType(text, family(type, subtype), charsetName);
    }

    private static Family family(String type, String subtype) {
        String full = type + "/" + subtype;
        if (subtype.equals("json") || subtype.endsWith("+json")) {
            return Family.JSON;
        }
        boolean text = type.equals("text")
                || TEXT_TYPES.contains(full)
                || subtype.endsWith("+xml")
                || subtype.endsWith("+yaml");
        return text ? Family.TEXT : Family.BINARY;
    }

    /** Whether {@code headerName} is that of the header which keeps the media type, in any case. */
    static boolean isNameOf(String headerName) {
        return headerName.length() == HEADER.length() && headerName.equalsIgnoreCase(HEADER);
    }

    boolean isJson() {
        return family == Family.JSON;
    }

    /** The charset of text of this type; null where this machine does not know it. */
    @Nullable
    Charset charset() {
        if (charsetName == null) {
            return StandardCharsets.UTF_8;
        }
        try {
            return Charset.forName(charsetName);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return null;
        }
    }

    RecordHeader asHeader() {
        return text.equals(JSON_TEXT) ? JSON_HEADER : header(text);
    }

    private static RecordHeader header(String text) {
        ByteBuffer value = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        return new RecordHeader(HEADER, value);
    }
}
