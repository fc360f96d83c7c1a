package io.millrace.web.api;

import io.millrace.consume.LongPoll;
import io.millrace.consume.Reading;
import io.millrace.consume.TopicCursor;
import io.millrace.consume.WaitingPolls;
import io.millrace.log.Fetched.FetchedPartition;
import io.millrace.log.LogEngine.Registration;
import io.millrace.record.StoredRecord;
import io.millrace.web.AsyncAnswer;
import io.millrace.web.MemoryBudget;
import io.millrace.web.PageMemory;
import io.millrace.web.Problems;
import io.millrace.wire.JsonOutput;
import io.millrace.wire.MessageWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer that gives messages one by one, page by page, as fast as its client takes them. It holds one page, and a virtual
 * thread, which a slow client makes wait and nobody else.
 */
final class MessageStream implements WaitingPolls.Waiter {

    private static final Logger LOG = LoggerFactory.getLogger(MessageStream.class);
    static final int PAGE_BYTES = 64 * 1024;

    /** What streams need; the same for all. */
    record Means(
            LongPoll.Waiting waiting,
            MessageWriter writer,
            MemoryBudget budget,
            Problems problems,
            Duration keepAlive) {

        /** Before the answer has begun the client gets a problem; later its connection ends, and it goes on from its cursor. */
        void tell(RuntimeException failure, HttpServletRequest request, HttpServletResponse response) {
            try {
                problems.write(failure, request, response);
            } catch (IOException clientGone) {
                LOG.debug("The client went before it got its answer", clientGone);
            }
        }
    }

    private final Means means;
    private final StreamBody body;
    private final Reading reading;
    private final TopicCursor cursor;
    private final boolean follow;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final Semaphore wakeUps = new Semaphore(0);
    private long left;
    private volatile boolean over;

    MessageStream(
            Means means,
            ReadQuery query,
            Reading reading,
            TopicCursor cursor,
            HttpServletRequest request,
            HttpServletResponse response) {
        this.means = means;
        this.body = new StreamBody(query.format(), response);
        this.reading = reading;
        this.cursor = cursor;
        this.follow = query.follow();
        this.left = query.total();
        this.request = request;
        this.response = response;
    }

    void start() {
        AsyncAnswer answer = AsyncAnswer.begin(request);
        means.waiting().executor().execute(() -> answer.write(() -> run(answer)));
    }

    @Override
    public void end() {
        over = true;
        wakeUps.release();
    }

    private void run(AsyncAnswer answer) {
        PageMemory memory = means.budget().page();
        reading.takeFrom(memory);
        try {
            Reading.Page page = reading.next();
            body.begin();
            while (!over && left > 0 && (give(page) || follow)) {
                if (page.isEmpty() && follow) {
                    awaitMore();
                }
                page = reading.next();
            }
        } catch (IOException clientGone) {
            LOG.debug("The client went while messages were streamed to it", clientGone);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            means.tell(failure, request, response);
        } finally {
            memory.close();
            means.waiting().polls().remove(this);
            AsyncAnswer.close(response);
            answer.complete();
        }
    }

    /** Writes a page; answers whether there was anything in it. */
    private boolean give(Reading.Page page) throws IOException {
        if (page.isEmpty()) {
            return false;
        }
        for (FetchedPartition found : page.partitions()) {
            try (MemoryBudget.Permit permit = means.budget().acquire(2L * PAGE_BYTES)) {
                JsonOutput out = new JsonOutput(permit.array(PAGE_BYTES));
                MessageWriter.Run run = means.writer().run(out, found.partition());
                for (StoredRecord record : found.records()) {
                    if (left-- <= 0) {
                        break;
                    }
                    put(run, found, record);
                    if (out.length() >= PAGE_BYTES) {
                        out.writeTo(response.getOutputStream());
                        out.truncate(0);
                    }
                }
                out.writeTo(response.getOutputStream());
            }
        }
        response.flushBuffer();
        return true;
    }

    private void put(MessageWriter.Run run, FetchedPartition found, StoredRecord record) {
        cursor.moveTo(found.partition().partition(), record.offset() + 1);
        body.put(run, cursor::text, record);
    }

    /** Waits for a record, and shows meanwhile that the connection lives. */
    private void awaitMore() throws IOException, InterruptedException {
        wakeUps.drainPermits();
        Registration registration = means.waiting().log().await(reading.positions(), wakeUps::release);
        try {
            while (!over
                    && !reading.isOutgrown()
                    && !wakeUps.tryAcquire(means.keepAlive().toMillis(), TimeUnit.MILLISECONDS)) {
                body.keepAlive();
            }
        } finally {
            registration.cancel();
        }
    }
}
