package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.web.servlet.client.RestTestClient;

@ActiveProfiles(TestApplication.PROFILE)
@SpringBootTest(classes = TestApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class RootControllerTests {

    @LocalServerPort
    int port;

    private RestTestClient client;

    @BeforeEach
    void connect() {
        client = RestTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .build();
    }

    @Test
    void aProgramGetsLinksAndACommandToTry() {
        client.get()
                .uri("/")
                .accept(MediaType.ALL)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON)
                .expectBody()
                .jsonPath("$.name")
                .isEqualTo("Millrace")
                .jsonPath("$.version")
                .isNotEmpty()
                .jsonPath("$.links.topics")
                .isEqualTo("/topics")
                .jsonPath("$.firstMessage")
                .isEqualTo(
                        "curl -H 'Content-Type: application/json' -d '{\"value\": \"hello\", \"partition\": 0}' http://localhost:"
                                + port + "/topics/greetings/messages");
    }

    @Test
    void aBrowserGetsAPage() {
        client.get()
                .uri("/")
                .accept(MediaType.TEXT_HTML, MediaType.ALL)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.TEXT_HTML)
                .expectBody(String.class)
                .value(page -> assertThat(page)
                        .contains("<title>Millrace</title>", "localhost:" + port + "/topics/greetings/messages")
                        .doesNotContain("{version}", "{engine}", "{produce}", "{consume}"));
    }

    @Test
    void theServerTellsItsHealth() {
        for (String path : new String[] {"/actuator/health/liveness", "/actuator/health/readiness"}) {
            client.get().uri(path).exchange().expectStatus().isOk();
        }
    }

    @Test
    void swaggerUiIsServed() {
        client.get().uri("/swagger-ui/index.html").exchange().expectStatus().isOk();
    }
}
