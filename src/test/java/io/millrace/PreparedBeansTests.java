package io.millrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class PreparedBeansTests {

    private final ConfigurableEnvironment environment = new StandardEnvironment();

    PreparedBeansTests() {
        // Of the machine that this runs on.
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
    }

    private void set(String source, String name, String value) {
        environment.getPropertySources().addFirst(new MapPropertySource(source, Map.of(name, value)));
    }

    @Test
    void theyFitAServerWithoutSettings() {
        assertThat(PreparedBeans.fit(environment)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"millrace.data-dir", "millrace.listener.cors-origins", "logging.level.root", "path"})
    void theyFitWhateverIsSetOfMillraceItself(String name) {
        set("commandLineArgs", name, "x");
        assertThat(PreparedBeans.fit(environment)).isTrue();
    }

    @Test
    void theyFitTheEmbeddedEngineAlone() {
        set("commandLineArgs", "millrace.engine", "EMBEDDED");
        assertThat(PreparedBeans.fit(environment)).isTrue();
        set("a file", "millrace.engine", "kafka");
        assertThat(PreparedBeans.fit(environment)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spring.profiles.active",
                "server.servlet.context-path",
                "management.server.port",
                "springdoc.api-docs.enabled"
            })
    void theyDoNotFitIfSpringIsToldSomething(String name) {
        set("commandLineArgs", name, "x");
        assertThat(PreparedBeans.fit(environment)).isFalse();
    }

    @Test
    void theyDoNotFitIfAVariableOfTheEnvironmentTellsSpringSomething() {
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(
                        "systemEnvironment", Map.of("MANAGEMENT_SERVER_PORT", "9090")));
        assertThat(PreparedBeans.fit(environment)).isFalse();
    }

    @Test
    void whatTheServerSetsForItselfIsInThem() {
        set(
                "Config resource 'class path resource [application.yaml]' via location 'x'",
                "spring.main.banner-mode",
                "x");
        set("applicationInfo", "spring.application.pid", "1");
        assertThat(PreparedBeans.fit(environment)).isTrue();
    }

    @Test
    void aFileOfTheUserIsNotInThem() {
        set("Config resource 'file [config/application.yaml]' via location 'x'", "spring.main.banner-mode", "x");
        assertThat(PreparedBeans.fit(environment)).isFalse();
    }
}
