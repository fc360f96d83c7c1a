package io.millrace.web.docs;

import io.swagger.v3.core.util.Yaml31;
import io.swagger.v3.oas.models.OpenAPI;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.io.ClassPathResource;

/** Hands springdoc the document that was written by hand, in place of one that it would make from the code. */
@Configuration(proxyBeanMethods = false)
class DocumentConfiguration {

    static final String DOCUMENT = "openapi.yaml";

    /**
     * Has springdoc, and with it the document, made when somebody first asks for it: reading the document takes as long as much
     * else of a start, and depends on nothing that is set.
     */
    @Bean
    static BeanFactoryPostProcessor springdocWhenAskedFor() {
        return beans -> {
            for (String name : beans.getBeanDefinitionNames()) {
                BeanDefinition definition = beans.getBeanDefinition(name);
                if (isSpringdoc(definition.getBeanClassName()) || isSpringdoc(definition.getFactoryBeanName())) {
                    definition.setLazyInit(true);
                }
            }
        };
    }

    private static boolean isSpringdoc(@Nullable String name) {
        return name != null && name.startsWith("org.springdoc.");
    }

    @Bean
    @Lazy
    OpenAPI openApi() throws IOException {
        return Yaml31.mapper().readValue(text(), OpenAPI.class);
    }

    static String text() throws IOException {
        return new ClassPathResource(DOCUMENT).getContentAsString(StandardCharsets.UTF_8);
    }
}
