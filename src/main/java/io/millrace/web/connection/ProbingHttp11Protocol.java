package io.millrace.web.connection;

import jakarta.servlet.ServletConnection;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;

/** Tomcat's HTTP/1.1 connector whose requests know their {@link ClientConnection}; made by Tomcat, by name. */
public final class ProbingHttp11Protocol extends Http11NioProtocol {

    @Override
    protected Processor createProcessor() {
        return new ProbingProcessor(this);
    }

    private static final class ProbingProcessor extends Http11Processor {

        private ProbingProcessor(ProbingHttp11Protocol protocol) {
            super(protocol, protocol.getAdapter());
        }

        @Override
        protected ServletConnection getServletConnection() {
            return new ClientConnection(super.getServletConnection(), getSocketWrapper());
        }
    }
}
