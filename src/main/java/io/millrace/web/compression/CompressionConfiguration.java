package io.millrace.web.compression;

import io.millrace.config.MillraceProperties;
import io.millrace.config.MillraceProperties.Listener;
import io.millrace.web.MemoryBudget;
import java.util.concurrent.Semaphore;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** The compression of answers, as {@code millrace.listener.compression} tells. */
@Configuration(proxyBeanMethods = false)
class CompressionConfiguration {

    @Bean
    FilterRegistrationBean<CompressionFilter> compressionFilter(MillraceProperties properties, MemoryBudget budget) {
        Listener listener = properties.listener();
        CompressibleResponse.Means means = new CompressibleResponse.Means(
                (int) listener.compressionMinBytes().toBytes(),
                budget,
                new Semaphore(properties.limits().maxCompressedStreams()));
        FilterRegistrationBean<CompressionFilter> registration =
                new FilterRegistrationBean<>(new CompressionFilter(listener.compression(), means));
        registration.setAsyncSupported(true);
        registration.setEnabled(!listener.compression().isEmpty());
        // Around what passes requests on to other servers: what comes from there compressed stays as it is.
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
        return registration;
    }
}
