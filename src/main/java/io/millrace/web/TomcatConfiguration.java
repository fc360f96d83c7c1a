package io.millrace.web;

import io.millrace.config.MillraceProperties;
import io.millrace.web.connection.ProbingHttp11Protocol;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the server needs of Tomcat beyond its settings in {@code application.yaml}. */
@Configuration(proxyBeanMethods = false)
class TomcatConfiguration {

    /** Connections besides those whose requests wait; one more than there may be is not heard before another one goes. */
    private static final int CONNECTIONS_TO_WORK_WITH = 1000;

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> connector(MillraceProperties properties) {
        return factory -> {
            factory.setProtocol(ProbingHttp11Protocol.class.getName());
            int connections = properties.limits().waitingPolls() + CONNECTIONS_TO_WORK_WITH;
            factory.addConnectorCustomizers(
                    connector -> connector.setProperty("maxConnections", Integer.toString(connections)));
            // A client that asks before it sends learns that its body is refused without having sent it.
            factory.addConnectorCustomizers(connector -> connector.setProperty("continueResponseTiming", "onRead"));
            // Boot adds a valve of its own around this one, which finds the error reported already.
            factory.addContextCustomizers(context -> {
                if (context.getParent() instanceof StandardHost host) {
                    host.setErrorReportValveClass(ProblemErrorValve.class.getName());
                }
            });
        };
    }
}
