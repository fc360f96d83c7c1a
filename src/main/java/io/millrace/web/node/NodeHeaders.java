package io.millrace.web.node;

import java.util.Locale;
import java.util.Set;

/** The headers by which servers understand each other, and those that are not passed on. */
final class NodeHeaders {

    /** The address of the server that passes a request on; such a request is not passed on again. */
    static final String FORWARDED_BY = "Millrace-Forwarded-By";

    /** The id of a delivery of which the forwarding server is to tell whether the client got it. */
    static final String DELIVERY = "Millrace-Delivery";

    /** Where that is told, followed by the id. */
    static final String DELIVERIES_PATH = "/.millrace/deliveries/";

    /** RFC 9110, section 7.6.1, and what every connection makes for itself. */
    private static final Set<String> OF_ONE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "date",
            "expect",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private NodeHeaders() {}

    static boolean isPassedOn(String name) {
        return !OF_ONE_CONNECTION.contains(name.toLowerCase(Locale.ROOT)) && !name.equalsIgnoreCase(DELIVERY);
    }
}
