package io.millrace.produce;

import io.millrace.log.AppendTerms;
import io.millrace.record.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for besides that its messages be stored.
 *
 * @param request the name under which it is to be stored only once; null if it has none
 * @param append what must hold for its messages, which all go to one partition then
 */
public record ProduceTerms(@Nullable RequestId request, AppendTerms append) {

    /** A request that asks for nothing else. */
    public static final ProduceTerms NONE = new ProduceTerms(null, AppendTerms.NONE);
}
