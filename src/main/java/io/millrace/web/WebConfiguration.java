package io.millrace.web;

import io.millrace.config.Limits;
import io.millrace.config.MillraceProperties;
import java.util.random.RandomGenerator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the controllers share. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration {

    @Bean
    Problems problems(RandomGenerator random) {
        return new Problems(random);
    }

    @Bean
    MemoryBudget memoryBudget(MillraceProperties properties) {
        return new MemoryBudget(properties.limits().bytesInFlight());
    }

    @Bean
    BodyReader bodyReader(MillraceProperties properties, MemoryBudget budget) {
        Limits limits = properties.limits();
        return new BodyReader(limits.maxRequestBytes().toBytes(), budget);
    }
}
