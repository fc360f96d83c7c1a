package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;

@ActiveProfiles(TestApplication.PROFILE)
@SpringBootTest(
        classes = TestApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "millrace.limits.max-request-bytes=100KB")
class BodyReaderTests {

    private static final int LIMIT = 100 * 1024;

    @LocalServerPort
    int port;

    @Autowired
    MemoryBudget budget;

    @AfterEach
    void theBudgetIsWholeAgain() {
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 8193, 16_384, LIMIT - 1, LIMIT})
    void aBodyIsReadToItsEnd(int length) throws IOException {
        assertThat(known(length).body()).isEqualTo(Integer.toString(length));
        assertThat(chunked(length).body()).isEqualTo(Integer.toString(length));
    }

    @Test
    void aBodyBeyondTheLimitNamesTheSetting() throws IOException {
        for (Web.Answer answer : new Web.Answer[] {known(LIMIT + 1), chunked(LIMIT + 1), chunked(LIMIT * 2)}) {
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.code()).isEqualTo("request-too-large");
            assertThat(answer.detail()).contains("millrace.limits.max-request-bytes", "102400");
        }
    }

    @Test
    void aClientThatAsksFirstNeedNotSendWhatIsRefused() throws IOException {
        String headers = "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 10000000\r\n";
        assertThat(Web.send(port, "POST /length", headers, "").code()).isEqualTo("request-too-large");
    }

    @Test
    void aBodyThatIsCompressedInAnUnknownWayIsRefused() throws IOException {
        String headers = "Content-Type: application/json\r\nContent-Encoding: br\r\nContent-Length: 1\r\n";
        assertThat(Web.send(port, "POST /length", headers, "x").code()).isEqualTo("unsupported-media-type");
    }

    @Test
    void aBodyThatEndsTooEarlyIsMalformed() throws IOException {
        String headers = "Content-Type: application/json\r\nContent-Length: 10\r\n";
        Web.Answer answer = Web.sendAndEnd(port, "POST /length", headers, "12345");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("malformed-json");
    }

    @Test
    void malformedChunksAreAMalformedRequest() throws IOException {
        String headers = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
        Web.Answer answer = Web.send(port, "POST /length", headers, "many\r\nx\r\n");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("malformed-request");
    }

    @Test
    void aBudgetThatIsTakenAsksToComeBack() {
        try (MemoryBudget.Permit _ = budget.acquire(Runtime.getRuntime().maxMemory() / 4 - 1)) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> budget.acquire(2))
                    .withMessageContaining("millrace.limits.max-bytes-in-flight")
                    .satisfies(e -> assertThat(e.problem().type()).isEqualTo(ProblemType.OUT_OF_MEMORY_BUDGET));
        }
    }

    @Test
    void whatWouldNeverFitIsNotAskedToComeBack() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> budget.acquire(Long.MAX_VALUE))
                .satisfies(e -> assertThat(e.problem().type()).isEqualTo(ProblemType.REQUEST_TOO_LARGE));
    }

    @Test
    void aPermitGivesBackOnce() {
        MemoryBudget.Permit permit = budget.acquire(10);
        permit.close();
        permit.close();
        assertThat(budget.used()).isZero();
    }

    private Web.Answer known(int length) throws IOException {
        String headers = "Content-Type: application/json\r\nContent-Length: " + length + "\r\n";
        return Web.send(port, "POST /length", headers, "x".repeat(length));
    }

    private Web.Answer chunked(int length) throws IOException {
        String headers = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
        String chunk = length == 0 ? "" : Integer.toHexString(length) + "\r\n" + "x".repeat(length) + "\r\n";
        return Web.send(port, "POST /length", headers, chunk + "0\r\n\r\n");
    }
}
