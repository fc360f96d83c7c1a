package io.millrace.web.docs;

import io.swagger.v3.core.util.Yaml31;
import io.swagger.v3.oas.models.OpenAPI;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;

/** Hands springdoc the document that was written by hand, in place of one that it would make from the code. */
@Configuration(proxyBeanMethods = false)
class DocumentConfiguration {

    static final String DOCUMENT = "openapi.yaml";

    @Bean
    OpenAPI openApi() throws IOException {
        return Yaml31.mapper().readValue(text(), OpenAPI.class);
    }

    static String text() throws IOException {
        return new ClassPathResource(DOCUMENT).getContentAsString(StandardCharsets.UTF_8);
    }
}
