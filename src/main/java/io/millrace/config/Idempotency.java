package io.millrace.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How requests that are sent again are known again, {@code millrace.idempotency.*}.
 *
 * @param window for how long after its first try a request with an Idempotency-Key is remembered, and a producer after its
 *     last message
 * @param maxRequests how many of them are remembered in each partition; the oldest is forgotten first
 * @param patience how long a request waits for another one with the same key that is under way
 */
public record Idempotency(
        @DefaultValue("24h") @DurationMin(seconds = 1) @DurationMax(days = 366)
        Duration window,

        @DefaultValue("100000") @Min(1) @Max(10_000_000) int maxRequests,

        @DefaultValue("30s") @DurationMin(millis = 0) @DurationMax(minutes = 10)
        Duration patience) {}
