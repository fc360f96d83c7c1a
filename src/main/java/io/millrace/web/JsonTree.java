package io.millrace.web;

import io.millrace.wire.JsonSyntax;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a small JSON body into maps, lists, strings, {@link Numeral}s, booleans and nulls. Numbers keep their digits, and a
 * field that stands twice in an object is an error.
 */
final class JsonTree {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonSyntax.MAX_NESTING)
                    .build())
            .build();

    private final ProblemType code;

    private JsonTree(ProblemType code) {
        this.code = code;
    }

    /** A number as it was written. */
    record Numeral(String digits) {
        @Override
        public String toString() {
            return digits;
        }
    }

    /**
     * @param code what an error is called that is not one of syntax
     * @throws io.millrace.wire.MalformedJsonException if the body is not JSON
     */
    static @Nullable Object read(Body body, ProblemType code) {
        JsonSyntax.check(body.bytes(), 0, body.length());
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), body.bytes(), 0, body.length())) {
            return new JsonTree(code).value(parser, parser.nextToken());
        } catch (JacksonException e) {
            // What is left after the check of its syntax are names and numbers of absurd length.
            throw ProblemException.of(code, "The body holds a name or a number that is too long");
        }
    }

    private @Nullable Object value(JsonParser parser, @Nullable JsonToken token) {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeral(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case null, default -> null;
        };
    }

    private Map<String, @Nullable Object> object(JsonParser parser) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (fields.containsKey(name)) {
                throw ProblemException.of(
                        code, "Field " + Quoted.text(name) + " stands more than once in the same object; give it once");
            }
            fields.put(name, value(parser, parser.nextToken()));
        }
        return fields;
    }

    private List<@Nullable Object> array(JsonParser parser) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(value(parser, token));
        }
        return elements;
    }
}
