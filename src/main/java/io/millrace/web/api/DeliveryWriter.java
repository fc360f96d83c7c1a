package io.millrace.web.api;

import io.millrace.group.Delivery;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes what a poll delivers to the member itself. */
record DeliveryWriter(RecordAnswers answers) implements WaitingAnswer.Writer<Delivery> {

    @Override
    public void write(Delivery delivery, HttpServletResponse response) throws IOException {
        answers.write(delivery, response);
    }

    @Override
    public void delivered(Delivery delivery) {
        delivery.confirm();
    }

    @Override
    public void undelivered(Delivery delivery) {
        delivery.giveBack();
    }
}
