package io.millrace;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/** Who may use whom. Before one of these rules is changed to let code pass, the code is to be looked at. */
@AnalyzeClasses(packages = "io.millrace", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    private static final String ROOT = "io.millrace";
    private static final String TIME = ROOT + ".time";
    private static final String RECORD = ROOT + ".record";
    private static final String LOG = ROOT + ".log";
    private static final String BATCH = LOG + ".batch";
    private static final String SEGMENT = LOG + ".segment";
    private static final String KAFKA = LOG + ".kafka";
    private static final String WIRE = ROOT + ".wire";
    private static final String TOPIC = ROOT + ".topic";
    private static final String PRODUCE = ROOT + ".produce";
    private static final String CONSUME = ROOT + ".consume";
    private static final String GROUP = ROOT + ".group";
    private static final String MOVE = ROOT + ".move";
    private static final String METRICS = ROOT + ".metrics";
    private static final String CONFIG = ROOT + ".config";
    private static final String WEB = ROOT + ".web..";

    @ArchTest
    static final ArchRule timeUsesNothing = uses(TIME);

    @ArchTest
    static final ArchRule recordsUseNothing = uses(RECORD);

    @ArchTest
    static final ArchRule thePortUsesTheVocabulary = uses(LOG, RECORD);

    @ArchTest
    static final ArchRule batchesAreBytesOnly = uses(BATCH, RECORD);

    @ArchTest
    static final ArchRule theEmbeddedEngineStandsBehindThePort = uses(SEGMENT, LOG, BATCH, RECORD, TIME);

    @ArchTest
    static final ArchRule theKafkaEngineStandsBehindThePort = uses(KAFKA, LOG, RECORD, TIME);

    @ArchTest
    static final ArchRule theWireKnowsRecordsAndWhatAFetchFound = uses(WIRE, LOG, RECORD);

    @ArchTest
    static final ArchRule topicsStandOnTheLog = uses(TOPIC, LOG, RECORD);

    @ArchTest
    static final ArchRule producingStandsOnTopicsAndTheLog = uses(PRODUCE, TOPIC, WIRE, LOG, RECORD, TIME);

    @ArchTest
    static final ArchRule consumingStandsOnTheLog = uses(CONSUME, LOG, RECORD, TIME);

    @ArchTest
    static final ArchRule groupsStandOnConsumingAndTheLog = uses(GROUP, CONSUME, LOG, RECORD, TIME);

    @ArchTest
    static final ArchRule movingKnowsBothEnginesAndGroups = uses(MOVE, GROUP, SEGMENT, KAFKA, LOG, RECORD, TIME);

    @ArchTest
    static final ArchRule nobodyUsesMoving = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, MOVE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(MOVE);

    @ArchTest
    static final ArchRule metricsLookAtServicesAndTheLog = uses(METRICS, GROUP, CONSUME, LOG, RECORD, TIME);

    @ArchTest
    static final ArchRule nobodyUsesTheWeb = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, WEB)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(WEB);

    @ArchTest
    static final ArchRule theWebDoesNotKnowEngines = noClasses()
            .that()
            .resideInAPackage(WEB)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SEGMENT, BATCH, KAFKA);

    @ArchTest
    static final ArchRule springStaysAtTheEdge = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, CONFIG, WEB)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule webTypesStayInTheWeb = noClasses()
            .that()
            .resideOutsideOfPackages(WEB)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.servlet..", "org.springframework.web..", "org.apache.catalina..");

    @ArchTest
    static final ArchRule kafkaTypesStayInTheBatchFormatAndInKafkasEngine = noClasses()
            .that()
            .resideOutsideOfPackages(BATCH, KAFKA)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule nothingGoesInCircles =
            slices().matching("io.millrace.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule timeComesInThroughTheDoor = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, TIME)
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    private static ArchRule uses(String one, String... others) {
        String[] allowed = new String[others.length + 1];
        System.arraycopy(others, 0, allowed, 0, others.length);
        allowed[others.length] = one;
        return classes()
                .that()
                .resideInAPackage(one)
                .should()
                .onlyDependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.not(
                                com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage("io.millrace.."))
                        .or(com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(allowed)))
                .allowEmptyShould(true);
    }
}
