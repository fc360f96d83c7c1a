package io.millrace;

import io.millrace.log.LogEngine;
import io.millrace.log.Shards;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether the engine can serve, messages and groups; a part of readiness. */
@Component("engine")
final class EngineHealth implements HealthIndicator {

    private final LogEngine log;
    private final Shards shards;

    EngineHealth(LogEngine log, Shards shards) {
        this.log = log;
        this.shards = shards;
    }

    @Override
    public Health health() {
        return (log.isReady() && shards.isReady() ? Health.up() : Health.outOfService()).build();
    }
}
