package io.millrace.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Tells which member a call is of that does not name it, by which of the members are not calling. */
final class IdleMembers {

    /**
     * How long a call waits for the end of one whose answer is being written. A client may have read its answer, and call
     * again, before the server knows that the answer is written; it must not be taken for a second one.
     */
    private static final Duration END_OF_ANSWER = Duration.ofMillis(50);

    private record Found(String name, List<CompletableFuture<Void>> answering) {}

    private final Groups groups;

    IdleMembers(Groups groups) {
        this.groups = groups;
    }

    /**
     * The first of the names {@code prefix1, prefix2, ...} that no member has, or one that asks for the same without a call
     * under way.
     */
    String first(GroupName name, String prefix, Predicate<Subscription> same) {
        try {
            Found found = groups.look(name, group -> find(group, prefix, same));
            if (!found.answering().isEmpty() && oneEnds(found.answering())) {
                found = groups.look(name, group -> find(group, prefix, same));
            }
            return found.name();
        } catch (GroupException.GroupNotFound notYet) {
            return prefix + 1;
        }
    }

    private static Found find(Group group, String prefix, Predicate<Subscription> same) {
        List<CompletableFuture<Void>> answering = new ArrayList<>();
        for (int number = 1; ; number++) {
            Member member = group.members().get(prefix + number);
            if (member == null) {
                return new Found(prefix + number, answering);
            }
            if (!same.test(member.subscription())) {
                continue;
            }
            if (!member.isCalling()) {
                return new Found(prefix + number, List.of());
            }
            GroupPoll poll = member.poll();
            if (poll != null && poll.isAnswering()) {
                answering.add(poll.over());
            }
        }
    }

    private static boolean oneEnds(List<CompletableFuture<Void>> calls) {
        try {
            CompletableFuture.anyOf(calls.toArray(CompletableFuture[]::new))
                    .get(END_OF_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillWriting) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
