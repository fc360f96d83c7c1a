package io.millrace;

import io.millrace.consume.WaitingPolls;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Ends waiting polls when the server is told to stop, before the web server begins to wait for its requests. */
@Component
final class PollsLifecycle implements SmartLifecycle {

    private final WaitingPolls polls;
    private volatile boolean running;

    PollsLifecycle(WaitingPolls polls) {
        this.polls = polls;
    }

    /** After the web server at start, and so before it at stop. */
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE;
    }

    @Override
    public void start() {
        polls.begin();
        running = true;
    }

    @Override
    public void stop() {
        polls.endAll();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
