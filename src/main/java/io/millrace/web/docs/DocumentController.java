package io.millrace.web.docs;

import io.millrace.web.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The contract as the file that it is. */
@RestController
final class DocumentController {

    private final String document;

    DocumentController() throws IOException {
        this.document = DocumentConfiguration.text();
    }

    @GetMapping("/openapi.yaml")
    ResponseEntity<String> document(HttpServletRequest request) {
        QueryParameters.of(request);
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("application/yaml;charset=UTF-8"))
                .body(document);
    }
}
