package io.millrace;

import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aot.AotDetector;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.util.ClassUtils;

/**
 * Has a start take the beans that were found out when the jar was built, which is faster, where a start that looks for them would find
 * the same ones: on the embedded engine, and if nothing of Spring's own is set. Which beans there are depends on no other setting.
 */
final class PreparedBeans implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(PreparedBeans.class);

    /** Made by the build, for {@link MillraceApplication}. */
    private static final String INITIALIZER = "io.millrace.MillraceApplication__ApplicationContextInitializer";

    private static final List<String> OF_SPRING = List.of("spring.", "server.", "management.", "springdoc.");

    /** Sources of properties that nobody outside has set. */
    private static final List<String> OUR_OWN = List.of("applicationInfo", "Config resource 'class path resource");

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        boolean taken = ClassUtils.isPresent(INITIALIZER, null) && fit(event.getEnvironment());
        LOG.debug("Beans of the build: {}", taken ? "taken" : "not taken");
        if (taken) {
            SpringProperties.setFlag(AotDetector.AOT_ENABLED);
        }
    }

    /** Whether they are the beans of a server with these settings. */
    static boolean fit(ConfigurableEnvironment environment) {
        return environment.getProperty("millrace.engine", "embedded").equalsIgnoreCase("embedded")
                && environment.getPropertySources().stream().noneMatch(PreparedBeans::setsSpring);
    }

    private static boolean setsSpring(PropertySource<?> source) {
        if (OUR_OWN.stream().anyMatch(source.getName()::startsWith)
                || !(source instanceof EnumerablePropertySource<?> listed)) {
            return false;
        }
        for (String name : listed.getPropertyNames()) {
            // Variables of the environment are called SPRING_MAIN_BANNERMODE and the like.
            String dotted = name.toLowerCase(Locale.ROOT).replace('_', '.');
            if (OF_SPRING.stream().anyMatch(dotted::startsWith)) {
                return true;
            }
        }
        return false;
    }
}
