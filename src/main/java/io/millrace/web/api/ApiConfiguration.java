package io.millrace.web.api;

import io.millrace.config.MillraceProperties;
import io.millrace.consume.LongPoll;
import io.millrace.web.BodyReader;
import io.millrace.web.MemoryBudget;
import io.millrace.web.Problems;
import io.millrace.wire.CloudEventWriter;
import io.millrace.wire.MessageWriter;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.util.unit.DataSize;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What the controllers of the API share. */
@Configuration(proxyBeanMethods = false)
class ApiConfiguration implements WebMvcConfigurer {

    private final List<String> origins;

    ApiConfiguration(MillraceProperties properties) {
        this.origins = properties.listener().corsOrigins();
    }

    @Bean
    JsonRequests jsonRequests(BodyReader bodies) {
        return new JsonRequests(bodies);
    }

    @Bean
    CloudEventAnswers cloudEventAnswers(
            CloudEventWriter writer,
            MemoryBudget budget,
            @Value("${server.tomcat.max-http-response-header-size:8KB}") DataSize maxHeaderSize) {
        return new CloudEventAnswers(writer, budget, maxHeaderSize.toBytes());
    }

    @Bean
    MessageAnswers messageAnswers(MessageWriter writer, MemoryBudget budget, CloudEventAnswers events) {
        return new MessageAnswers(writer, budget, events);
    }

    @Bean
    ProduceMapping produceMapping(ProduceController controller) {
        return new ProduceMapping(controller);
    }

    @Bean
    MessageStream.Means streamMeans(
            LongPoll.Waiting waiting,
            MessageWriter writer,
            MemoryBudget budget,
            Problems problems,
            MillraceProperties properties) {
        return new MessageStream.Means(
                waiting, writer, budget, problems, properties.listener().keepAliveInterval());
    }

    /** First of all filters, so that browsers may read refusals too. */
    @Bean
    FilterRegistrationBean<CorsFilter> corsFilter() {
        CorsConfiguration allowed = new CorsConfiguration();
        allowed.setAllowedOrigins(origins);
        allowed.addAllowedMethod("*");
        allowed.addAllowedHeader("*");
        // Those of events have names that their producers choose.
        allowed.addExposedHeader("*");
        UrlBasedCorsConfigurationSource everywhere = new UrlBasedCorsConfigurationSource();
        everywhere.registerCorsConfiguration("/**", allowed);
        CorsFilter filter = new CorsFilter(everywhere);
        filter.setCorsProcessor(new OriginCheck());
        FilterRegistrationBean<CorsFilter> registration = new FilterRegistrationBean<>(filter);
        registration.setEnabled(!origins.isEmpty());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        registration.setAsyncSupported(true);
        return registration;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new AcceptCheck()).addPathPatterns("/topics/**", "/groups/**");
    }
}
