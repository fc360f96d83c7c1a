package io.millrace.web.api;

import io.millrace.web.ProblemException;
import io.millrace.web.ProblemType;
import io.millrace.wire.CloudEventAttribute;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;

/** The attributes of an event as HTTP headers (CloudEvents 1.0, HTTP Protocol Binding, section 3.1.3). */
final class CloudEventHeaders {

    static final String PREFIX = "ce-";

    /** How errors call an attribute. */
    static final String LABEL = "header '" + PREFIX + "%s'";

    private CloudEventHeaders() {}

    /** Whether the request has such headers. */
    static boolean areIn(HttpServletRequest request) {
        Enumeration<String> names = request.getHeaderNames();
        while (names.hasMoreElements()) {
            if (isOne(names.nextElement())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOne(String name) {
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    /** The attributes of a request, in the order of their headers. */
    static List<CloudEventAttribute> read(HttpServletRequest request) {
        List<CloudEventAttribute> attributes = new ArrayList<>();
        for (String header : Collections.list(request.getHeaderNames())) {
            if (isOne(header)) {
                String name = header.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
                if (name.equals("datacontenttype")) {
                    throw wrong(header, "must not be sent: the type of the data is the Content-Type");
                }
                for (String value : Collections.list(request.getHeaders(header))) {
                    attributes.add(new CloudEventAttribute(name, decode(header, value)));
                }
            }
        }
        return attributes;
    }

    /** Takes off the quotes of a quoted string, which older senders put, and then percent-decodes once. */
    static String decode(String header, String value) {
        String text = value.startsWith("\"") ? unquoted(header, value) : value;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                // The container reads header values as ISO-8859-1; what clients send unencoded today is UTF-8.
                bytes.write(c);
                continue;
            }
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw wrong(header, "has a '%' that no two hexadecimal digits follow; the character '%' itself is %25");
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw wrong(header, "is not UTF-8; percent-encode the UTF-8 bytes of each character");
        }
    }

    /** RFC 9110, section 5.6.4. */
    private static String unquoted(String header, String quoted) {
        StringBuilder text = new StringBuilder(quoted.length());
        for (int i = 1; i < quoted.length(); i++) {
            char c = quoted.charAt(i);
            if (c == '"' && i == quoted.length() - 1) {
                return text.toString();
            } else if (c == '"') {
                break;
            }
            if (c == '\\' && i + 1 < quoted.length()) {
                i++;
            }
            text.append(quoted.charAt(i));
        }
        throw wrong(header, "begins with a quote and so must end with one; the character '\"' itself is %22");
    }

    /** Percent-encodes all but the printable characters of ASCII, and of these space, quote and percent. */
    static String encode(String value) {
        StringBuilder text = new StringBuilder(value.length());
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7F && b != '"' && b != '%') {
                text.append((char) b);
            } else {
                text.append('%').append("%02X".formatted(b));
            }
        }
        return text.toString();
    }

    private static ProblemException wrong(String header, String predicate) {
        return ProblemException.of(
                ProblemType.INVALID_MESSAGE, "header '%s' %s".formatted(header.toLowerCase(Locale.ROOT), predicate));
    }
}
