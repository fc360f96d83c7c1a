package io.millrace.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.config.Limits;
import io.millrace.config.MillraceProperties;
import io.millrace.time.Time;
import java.util.random.RandomGenerator;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.RequestContextFilter;

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

    /** Around all that is done for a request, but for what refuses other origins. */
    @Bean
    FilterRegistrationBean<RequestTimesFilter> requestTimesFilter(MeterRegistry meters, Time time) {
        FilterRegistrationBean<RequestTimesFilter> registration =
                new FilterRegistrationBean<>(new RequestTimesFilter(new RequestTimes(meters), time::nanos));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        registration.setAsyncSupported(true);
        return registration;
    }

    /** The dispatcher does for itself what this one would do for filters, and none of them asks for it. */
    @Bean
    FilterRegistrationBean<RequestContextFilter> noRequestContextFilter() {
        FilterRegistrationBean<RequestContextFilter> registration =
                new FilterRegistrationBean<>(new RequestContextFilter());
        registration.setEnabled(false);
        return registration;
    }
}
