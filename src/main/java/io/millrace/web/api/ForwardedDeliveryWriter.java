package io.millrace.web.api;

import io.millrace.group.Delivery;
import io.millrace.group.GroupName;
import io.millrace.web.node.PendingDeliveries;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes what a poll delivers to a member by way of another server, which will tell whether the member got it. */
final class ForwardedDeliveryWriter implements WaitingAnswer.Writer<Delivery> {

    private final RecordAnswers answers;
    private final PendingDeliveries deliveries;
    private final GroupName group;
    private final String consumer;
    private String id = "";

    ForwardedDeliveryWriter(RecordAnswers answers, PendingDeliveries deliveries, GroupName group, String consumer) {
        this.answers = answers;
        this.deliveries = deliveries;
        this.group = group;
        this.consumer = consumer;
    }

    @Override
    public void write(Delivery delivery, HttpServletResponse response) throws IOException {
        // Before the other server can tell of it.
        id = deliveries.announce(group, consumer, delivery, response);
        answers.write(delivery, response);
    }

    @Override
    public void delivered(Delivery delivery) {}

    @Override
    public void undelivered(Delivery delivery) {
        if (id.isEmpty()) {
            // The other server was gone before anything was written.
            delivery.giveBack();
        } else {
            deliveries.settle(id, false);
        }
    }
}
