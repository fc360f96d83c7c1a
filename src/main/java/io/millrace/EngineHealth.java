package io.millrace;

import io.millrace.log.LogEngine;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether the engine can serve; a part of readiness. */
@Component("engine")
final class EngineHealth implements HealthIndicator {

    private final LogEngine log;

    EngineHealth(LogEngine log) {
        this.log = log;
    }

    @Override
    public Health health() {
        return (log.isReady() ? Health.up() : Health.outOfService()).build();
    }
}
