# Build: the wrapper brings Maven, the image the JDK.
FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY .mvn .mvn
COPY mvnw pom.xml openapi.yaml ./
COPY src src
RUN ./mvnw -q -DskipTests -Drehearsal.skip package

# Run: one layer for what seldom changes, one for the application and the cache that has this JVM start it fast; not as root; the
# log in a volume.
FROM eclipse-temurin:25-jre
RUN useradd --system --no-create-home --uid 10001 millrace \
 && mkdir /data \
 && chown millrace /data
WORKDIR /app
COPY --from=build /src/target/millrace/lib/ lib/
COPY --from=build /src/target/millrace/millrace.jar ./
RUN java -XX:AOTCacheOutput=/app/millrace.aot -Xlog:aot=off -jar /app/millrace.jar rehearse
USER millrace
# Inside a container the world is kept out by what is published; see the README on the missing authentication.
ENV MILLRACE_LISTENER_ADDRESS=0.0.0.0 \
    MILLRACE_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200'"]
ENTRYPOINT ["java", "-XX:AOTCache=/app/millrace.aot", "-XX:TrimNativeHeapInterval=300000", "-jar", "/app/millrace.jar"]
