package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import tools.jackson.databind.JsonNode;

@ExtendWith(OutputCaptureExtension.class)
@ActiveProfiles(TestApplication.PROFILE)
@SpringBootTest(
        classes = TestApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "millrace.limits.max-request-bytes=100KB")
class ProblemsTests {

    @LocalServerPort
    int port;

    @Test
    void aRefusalOfTheLogNamesWhatAndWhere() throws IOException {
        Web.Answer answer = Web.get(port, "/failing/topic");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("topic-not-found");
        assertThat(answer.detail()).contains("'orders'");
        assertThat(answer.problem().get("instance").stringValue()).isEqualTo("/failing/topic");
    }

    @Test
    void anOffsetOutsideTheLogNamesBothEnds() throws IOException {
        JsonNode problem = Web.get(port, "/failing/offset").problem();
        assertThat(problem.get("status").intValue()).isEqualTo(416);
        assertThat(problem.get("logStartOffset").intValue()).isEqualTo(3);
        assertThat(problem.get("highWatermark").intValue()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/failing/bug", "/failing/assertion", "/failing/disk"})
    void aBugIsAnIdToTheClientAndAStackTraceInTheLog(String path, CapturedOutput output) throws IOException {
        Web.Answer answer = Web.get(port, path);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo("internal-error");
        assertThat(answer.body()).doesNotContain("secret");
        String id = answer.detail().substring(answer.detail().lastIndexOf(' ') + 1);
        assertThat(output).contains(id, "a secret of the server", "at io.millrace.web.TestApplication");
    }

    @Test
    void overloadTellsWhenToComeBack() throws IOException {
        Web.Answer answer = Web.get(port, "/failing/overload");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void anUnknownPathIsNotFound() throws IOException {
        Web.Answer answer = Web.get(port, "/nothing/here");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("not-found");
        assertThat(answer.detail()).contains("/nothing/here");
    }

    @Test
    void thePageOfErrorsIsNoPage() throws IOException {
        assertThat(Web.get(port, "/error").code()).isEqualTo("not-found");
    }

    @Test
    void aWrongMethodIsToldTheRightOnes() throws IOException {
        Web.Answer answer = Web.send(port, "DELETE /failing/json", "", "");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.code()).isEqualTo("method-not-allowed");
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, POST");
    }

    @Test
    void anUnacceptableAnswerIsToldWhatThereIs() throws IOException {
        Web.Answer answer = Web.send(port, "GET /failing/json", "Accept: image/png\r\n", "");
        assertThat(answer.status()).isEqualTo(406);
        assertThat(answer.code()).isEqualTo("not-acceptable");
        assertThat(answer.detail()).contains("application/json");
    }

    @Test
    void anUnsupportedBodyIsToldWhatToSend() throws IOException {
        Web.Answer answer =
                Web.send(port, "POST /failing/json", "Content-Type: text/csv\r\nContent-Length: 1\r\n", "x");
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.detail()).contains("'text/csv'", "application/json");
    }

    @Test
    void aFormIsShownTheRightCurlLine() throws IOException {
        String form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1\r\n";
        for (String path : new String[] {"/failing/json", "/length"}) {
            Web.Answer answer = Web.send(port, "POST " + path, form, "x");
            assertThat(answer.status()).isEqualTo(415);
            assertThat(answer.code()).isEqualTo("unsupported-media-type");
            assertThat(answer.detail())
                    .contains("curl -H 'Content-Type: application/json' -d '{\"value\": \"hello\"}' http://localhost"
                            + path);
        }
    }

    @Test
    void errorsSentByTheContainerAreProblemsToo() throws IOException {
        assertThat(Web.get(port, "/failing/status/503").problem().get("status").intValue())
                .isEqualTo(503);
        assertThat(Web.get(port, "/failing/status/410")
                        .problem()
                        .get("instance")
                        .stringValue())
                .isEqualTo("/failing/status/410");
    }

    @Test
    void aPathThatIsNotANumberWhereOneIsNeededIsAnInvalidParameter() throws IOException {
        assertThat(Web.get(port, "/failing/status/many").code()).isEqualTo("invalid-parameter");
    }

    @Test
    void malformedHttpIsAProblem() throws IOException {
        String close = "Host: localhost\r\nConnection: close\r\n\r\n";
        for (String request : new String[] {
            "COMPLETE NONSENSE AND MORE\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
            "GET /topics/a%2Fb HTTP/1.1\r\n" + close,
            "GET /topics/a%ZZ HTTP/1.1\r\n" + close,
            "GET /topics/<a> HTTP/1.1\r\n" + close,
            "GET /topics/a%00b HTTP/1.1\r\n" + close,
            "POST /length HTTP/1.1\r\nContent-Length: many\r\n" + close,
            "GET / HTTP/1.1\r\nX-Large: " + "x".repeat(70_000) + "\r\n" + close
        }) {
            Web.Answer answer = Web.send(port, request);
            assertThat(answer.status()).as(request).isBetween(400, 431);
            assertThat(answer.problem().get("status").intValue()).isEqualTo(answer.status());
        }
    }

    @Test
    void anUnknownMethodIsAProblem() throws IOException {
        assertThat(Web.send(port, "BREW /failing/json", "", "").code()).isEqualTo("method-not-allowed");
        assertThat(Web.send(port, "TRACE /failing/json", "", "").code()).isEqualTo("method-not-allowed");
    }

    @Test
    void anUnknownVersionOfHttpIsAProblem() throws IOException {
        Web.Answer answer = Web.send(port, "GET / HTTP/7.3\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer.status()).isEqualTo(505);
        answer.problem();
    }
}
