package io.millrace.web.api;

import io.millrace.config.MillraceProperties;
import io.millrace.web.BodyReader;
import io.millrace.web.MemoryBudget;
import io.millrace.wire.MessageWriter;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
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
    MessageAnswers messageAnswers(MessageWriter writer, MemoryBudget budget) {
        return new MessageAnswers(writer, budget);
    }

    @Override
    public void addCorsMappings(CorsRegistry registry) {
        if (!origins.isEmpty()) {
            registry.addMapping("/**")
                    .allowedOrigins(origins.toArray(String[]::new))
                    .allowedMethods("*")
                    .exposedHeaders("Location", "Retry-After");
        }
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new AcceptCheck()).addPathPatterns("/topics/**", "/groups/**");
    }
}
