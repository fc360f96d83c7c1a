package io.millrace.web.api;

import io.millrace.web.BodyReader;
import io.millrace.web.MemoryBudget;
import io.millrace.wire.MessageWriter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What the controllers of the API share. */
@Configuration(proxyBeanMethods = false)
class ApiConfiguration implements WebMvcConfigurer {

    @Bean
    JsonRequests jsonRequests(BodyReader bodies) {
        return new JsonRequests(bodies);
    }

    @Bean
    MessageAnswers messageAnswers(MessageWriter writer, MemoryBudget budget) {
        return new MessageAnswers(writer, budget);
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new AcceptCheck()).addPathPatterns("/topics/**", "/groups/**");
    }
}
