package io.millrace.web.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The attributes of events as HTTP headers (CloudEvents HTTP protocol binding 1.0.2, section 3.1.3). */
final class CloudEventHeaders {

    private static final String PREFIX = "ce-";

    private CloudEventHeaders() {}

    /** The attributes of an event in binary mode, by name; empty if the request is none. */
    static Map<String, String> of(HttpServletRequest request) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(PREFIX)) {
                attributes.put(lower.substring(PREFIX.length()), decode(request.getHeader(name)));
            }
        }
        return attributes;
    }

    static void put(Map<String, String> attributes, HttpServletResponse response) {
        attributes.forEach((name, value) -> response.setHeader(PREFIX + name, encode(value)));
    }

    /** Percent-encoded UTF-8; what is not encoded is taken as the UTF-8 that clients send today. */
    static String decode(String header) {
        byte[] bytes = header.getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            if (low >= 0) {
                decoded.write(16 * high + low);
                i += 2;
            } else {
                decoded.write(bytes[i]);
            }
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }

    static String encode(String value) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 127 && b != '"' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append("%%%02X".formatted(b));
            }
        }
        return encoded.toString();
    }
}
