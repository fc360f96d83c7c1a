package io.millrace.web.node;

import io.millrace.config.MillraceProperties;
import io.millrace.config.MillraceProperties.Engine;
import io.millrace.log.Shards;
import io.millrace.time.Time;
import io.millrace.time.Timer;
import io.millrace.web.BodyReader;
import io.millrace.web.MemoryBudget;
import io.millrace.web.Problems;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of a server that is one of several. */
@Configuration(proxyBeanMethods = false)
class NodeConfiguration {

    @Bean
    PendingDeliveries pendingDeliveries(MillraceProperties properties, RandomGenerator random, Timer timer) {
        return new PendingDeliveries(properties.engine() == Engine.KAFKA, random, timer);
    }

    @Bean
    OtherServers otherServers(Shards shards, MillraceProperties properties, Executor wakeUps) {
        return new OtherServers(shards, properties.selfUrl(), wakeUps);
    }

    @Bean
    @ConditionalOnProperty(name = "millrace.engine", havingValue = "kafka")
    FilterRegistrationBean<ForwardingFilter> forwardingFilter(
            Shards shards,
            OtherServers others,
            MillraceProperties properties,
            Time time,
            Timer timer,
            Executor wakeUps,
            MemoryBudget budget,
            Problems problems,
            BodyReader bodies,
            PendingDeliveries deliveries) {
        Forwarding.Means means = new Forwarding.Means(
                shards,
                others,
                properties.selfUrl(),
                // Until a silent server is given up, and for another one to read what it takes over.
                properties.kafka().nodeTimeout().plusSeconds(15),
                properties.limits().maxPollWait().plus(Duration.ofSeconds(30)),
                time,
                timer,
                wakeUps,
                budget,
                bodies,
                problems);
        FilterRegistrationBean<ForwardingFilter> registration =
                new FilterRegistrationBean<>(new ForwardingFilter(means, deliveries));
        registration.setAsyncSupported(true);
        return registration;
    }
}
