package io.millrace.move;

import io.millrace.group.GroupException;
import io.millrace.log.LogException;
import io.millrace.time.Time;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** The command {@code move}: moves topics and groups from a data directory to a Kafka cluster, or back. */
public final class MoveCommand {

    /** All that was to be moved is there. */
    static final int DONE = 0;

    /** Something stood against it, failed, or is not the same. */
    static final int FAILED = 1;

    /** The command line is not one of this command. */
    static final int USAGE = 2;

    private MoveCommand() {}

    /**
     * Does what the arguments say.
     *
     * @param arguments those behind {@code move}
     * @param out for the plan, the progress and the result
     * @param err for what went wrong
     * @return the exit code of the process
     */
    public static int run(List<String> arguments, PrintStream out, PrintStream err, Time time) {
        try {
            return run(MoveOptions.parse(arguments), out, time) ? DONE : FAILED;
        } catch (UsageException mistake) {
            err.println(mistake.getMessage());
            err.println();
            err.print(MoveOptions.USAGE);
            return USAGE;
        } catch (MoveException conflict) {
            err.println(conflict.getMessage());
        } catch (LogException failure) {
            err.println(failure.detail());
        } catch (GroupException refusal) {
            err.println(refusal.detail());
        }
        err.println("The move has stopped. Once that is set right, the same command goes on from where it was.");
        return FAILED;
    }

    private static boolean run(MoveOptions options, PrintStream out, Time time) {
        try (Side from = source(options, time);
                Side to = target(options, time)) {
            Plan plan = Plan.make(from, to);
            plan.print(out, from, to);
            Mover mover = new Mover(from, to, plan, out, time);
            if (options.dryRun()) {
                return mover.rehearse();
            }
            return plan.conflicts().isEmpty() && mover.move();
        }
    }

    private static Side source(MoveOptions options, Time time) {
        return MoveOptions.isKafka(options.from())
                ? KafkaSide.connect(options.from(), options, time)
                : EmbeddedSide.source(Path.of(options.from()), time);
    }

    private static Side target(MoveOptions options, Time time) {
        if (MoveOptions.isKafka(options.to())) {
            return KafkaSide.connect(options.to(), options, time);
        }
        Path root = Path.of(options.to());
        return options.dryRun() ? EmbeddedSide.toRead(root, time) : EmbeddedSide.target(root, time);
    }
}
