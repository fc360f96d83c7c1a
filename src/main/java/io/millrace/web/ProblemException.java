package io.millrace.web;

/** Ends a request with a problem. It is an answer to a client rather than a failure of the server: no stack trace. */
public final class ProblemException extends RuntimeException {

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    /**
     * A problem with the status of its type.
     *
     * @param detail what is wrong, where, and what would be right; for the client
     */
    public static ProblemException of(ProblemType type, String detail) {
        return new ProblemException(Problem.of(type, detail));
    }

    public Problem problem() {
        return problem;
    }
}
