package io.millrace.web.api;

import io.millrace.consume.WaitingPolls;
import io.millrace.group.GroupStream;
import io.millrace.group.StreamChunk;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.record.StoredRecord;
import io.millrace.web.AsyncAnswer;
import io.millrace.web.MemoryBudget;
import io.millrace.web.PageMemory;
import io.millrace.web.connection.ClientConnection;
import io.millrace.wire.JsonOutput;
import io.millrace.wire.MessageWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer that gives a member of a group its messages as they come, until its client goes, another call takes over, or
 * the server stops. It holds a chunk, and a virtual thread.
 */
final class MemberStream implements WaitingPolls.Waiter {

    private static final Logger LOG = LoggerFactory.getLogger(MemberStream.class);

    private final MessageStream.Means means;
    private final StreamBody body;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private volatile @Nullable GroupStream stream;
    private volatile boolean over;

    MemberStream(
            MessageStream.Means means, AnswerFormat format, HttpServletRequest request, HttpServletResponse response) {
        this.means = means;
        this.body = new StreamBody(format, response);
        this.request = request;
        this.response = response;
    }

    void start(GroupStream begun) {
        stream = begun;
        AsyncAnswer answer = AsyncAnswer.begin(request);
        means.waiting().executor().execute(() -> answer.write(() -> run(begun, answer)));
    }

    @Override
    public void end() {
        over = true;
        GroupStream open = stream;
        if (open != null) {
            open.wake();
        }
    }

    private void run(GroupStream open, AsyncAnswer answer) {
        PageMemory memory = means.budget().page();
        open.takeFrom(memory);
        try {
            give(open);
        } catch (IOException clientGone) {
            LOG.debug("The client went while messages were streamed to it", clientGone);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            means.tell(failure, request, response);
        } finally {
            memory.close();
            open.close();
            means.waiting().polls().remove(this);
            AsyncAnswer.close(response);
            answer.complete();
        }
    }

    private void give(GroupStream open) throws IOException, InterruptedException {
        // Several looks a session at whether the client is there, so that one that has gone is not kept alive for long.
        Duration look = open.sessionTimeout().dividedBy(3);
        Duration patience = look.compareTo(means.keepAlive()) < 0 ? look : means.keepAlive();
        StreamChunk chunk = open.next(Duration.ZERO);
        boolean begun = false;
        while (!over && !chunk.isOver() && ClientConnection.isOpen(request)) {
            boolean written = false;
            try {
                if (!begun) {
                    body.begin();
                    begun = true;
                }
                write(chunk);
                written = true;
            } finally {
                if (written) {
                    chunk.confirm();
                } else {
                    chunk.giveBack();
                }
            }
            chunk = open.next(patience);
        }
        chunk.giveBack();
        if (!begun) {
            body.begin();
        }
    }

    private void write(StreamChunk chunk) throws IOException {
        if (chunk.isNews()) {
            body.tell("assignment", ConsumerAnswers.assigned(chunk.assignment()));
        }
        if (chunk.partitions().isEmpty()) {
            body.keepAlive();
            return;
        }
        for (FetchedPartition found : chunk.partitions()) {
            try (MemoryBudget.Permit permit = means.budget().acquire(2L * MessageStream.PAGE_BYTES)) {
                JsonOutput out = new JsonOutput(permit.array(MessageStream.PAGE_BYTES));
                MessageWriter.Run run = means.writer().run(out, found.partition());
                for (StoredRecord record : found.records()) {
                    body.put(run, () -> chunk.cursorBehind(found.partition(), record.offset()), record);
                }
                out.writeTo(response.getOutputStream());
            }
        }
        response.flushBuffer();
    }
}
