package io.millrace.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PageMemoryTests {

    private static final int MEGABYTE = 1 << 20;

    private final MemoryBudget budget = new MemoryBudget(32 * MEGABYTE);

    private static int fill(PageMemory page) {
        int taken = 0;
        while (page.take(MEGABYTE / 16)) {
            taken += MEGABYTE / 16;
        }
        return taken;
    }

    @Test
    void aPageEndsWhereMemoryDoes() {
        assertThat(fill(budget.page())).isEqualTo(4 * MEGABYTE);
    }

    @Test
    void othersCanBeginWhileOneHasAllThatPagesMayGrowTo() {
        fill(budget.page());
        assertThat(fill(budget.page())).isPositive();
    }

    @Test
    void aPageOfOneLargeRecordIsReadWhereNobodyHoldsAny() {
        assertThat(budget.page().take(100 * MEGABYTE)).isTrue();
    }

    @Test
    void aFirstRecordWithoutRoomIsRefused() {
        budget.page().take(8 * MEGABYTE);
        assertThatThrownBy(() -> budget.page().take(1))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().type()).isEqualTo(ProblemType.OUT_OF_MEMORY_BUDGET));
    }

    @Test
    void whatIsGivenBackIsThereForOthers() {
        PageMemory first = budget.page();
        first.take(8 * MEGABYTE);
        first.giveBack();
        try (PageMemory second = budget.page()) {
            assertThat(second.take(8 * MEGABYTE)).isTrue();
        }
        assertThat(first.take(8 * MEGABYTE)).isTrue();
    }

    @Test
    void aReadThatIsStillUnderWayWhenItsRequestHasEndedHoldsNothing() {
        PageMemory page = budget.page();
        page.close();
        assertThat(page.take(8 * MEGABYTE)).isTrue();
        assertThat(budget.page().take(8 * MEGABYTE)).isTrue();
    }
}
