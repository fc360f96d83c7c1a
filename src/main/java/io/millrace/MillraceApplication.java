package io.millrace;

import io.millrace.move.MoveCommand;
import io.millrace.time.Time;
import java.io.IOException;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/**
 * Starts the Millrace server; or, if the first argument is {@code move}, moves messages instead; or, if it is {@code rehearse},
 * goes through a {@link Rehearsal}.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@ComponentScan({"io.millrace.config", "io.millrace.web"}) // Where beans are; all the others would be read for nothing.
@Import({
    MillraceConfiguration.class,
    EmbeddedConfiguration.class,
    KafkaConfiguration.class,
    EngineHealth.class,
    Housekeeping.class,
    PollsLifecycle.class,
    StartLog.class
})
public class MillraceApplication {

    public static void main(String[] args) throws IOException {
        if (args.length > 0 && args[0].equals("move")) {
            // Without Spring there is nobody else to keep the log off what the command tells.
            System.setProperty("logback.configurationFile", "logback-move.xml");
            System.exit(MoveCommand.run(
                    Arrays.asList(args).subList(1, args.length), System.out, System.err, Time.system()));
        }
        if (args.length > 0 && args[0].equals("rehearse")) {
            Rehearsal.run();
            return;
        }
        start(args);
    }

    /** Starts the server. */
    static ConfigurableApplicationContext start(String... args) {
        // A start calls much by reflection, each but once, and for each the JDK would write and load a class (JEP 416).
        // What it costs the requests that go through reflection could not be measured.
        System.setProperty("jdk.reflect.useNativeAccessorOnly", "true");
        SpringApplication application = new SpringApplication(MillraceApplication.class);
        application.addListeners(new PreparedBeans());
        return application.run(args);
    }
}
