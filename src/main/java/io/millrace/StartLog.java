package io.millrace;

import io.millrace.config.MillraceProperties;
import io.millrace.config.MillraceProperties.Engine;
import io.millrace.log.LogEngine;
import java.net.InetAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says, once the server takes requests, which it is, where it listens, what it holds and how long it took. */
@Component
final class StartLog {

    private static final Logger LOG = LoggerFactory.getLogger(StartLog.class);

    private final MillraceProperties properties;
    private final LogEngine log;
    private final ObjectProvider<BuildProperties> build;

    StartLog(MillraceProperties properties, LogEngine log, ObjectProvider<BuildProperties> build) {
        this.properties = properties;
        this.log = log;
        this.build = build;
    }

    @EventListener
    void ready(ApplicationReadyEvent event) {
        BuildProperties known = build.getIfAvailable();
        Duration taken = event.getTimeTaken();
        LOG.info(
                "Millrace {} listens on {}, data in {}, {}, ready in {} s",
                known == null ? "dev" : known.getVersion(),
                url(event),
                place(),
                topics(),
                taken == null ? "?" : "%.1f".formatted(taken.toMillis() / 1000.0));
    }

    private String place() {
        return properties.engine() == Engine.KAFKA
                ? "Kafka at " + properties.kafka().bootstrapServers()
                : properties.dataDir().toAbsolutePath().normalize().toString();
    }

    private String topics() {
        return log.isReady()
                ? log.topics().stream()
                                .filter(topic -> !topic.name().isReserved())
                                .count()
                        + " topics"
                : "which is not reached yet";
    }

    private String url(ApplicationReadyEvent event) {
        InetAddress address = properties.listener().address();
        String host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
        int port = event.getApplicationContext() instanceof WebServerApplicationContext context
                        && context.getWebServer() != null
                ? context.getWebServer().getPort()
                : properties.listener().port();
        return "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, port);
    }
}
