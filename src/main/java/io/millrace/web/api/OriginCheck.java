package io.millrace.web.api;

import io.millrace.web.Problem;
import io.millrace.web.ProblemType;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.DefaultCorsProcessor;

/** Refuses pages of other origins with a problem that says how they would be let in. */
final class OriginCheck extends DefaultCorsProcessor {

    @Override
    protected void rejectRequest(ServerHttpResponse response) throws IOException {
        response.setStatusCode(HttpStatus.FORBIDDEN);
        response.getHeaders().setContentType(MediaType.parseMediaType(Problem.MEDIA_TYPE));
        response.getBody()
                .write(Problem.of(
                                ProblemType.FORBIDDEN,
                                "Pages of this origin may not use the server: millrace.listener.cors-origins does not name it")
                        .toJson());
        response.flush();
    }
}
