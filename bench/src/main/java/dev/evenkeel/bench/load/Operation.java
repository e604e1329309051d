package dev.evenkeel.bench.load;

import java.util.List;
import java.util.function.LongFunction;

/**
 * One kind of request that is sent at a fixed rate.
 *
 * @param perSecond arrivals a second, above 0; ignored by the closed model
 * @param requests the request with the given number, counted from 0; called on an event loop, so it must be cheap
 */
public record Operation(String name, Target target, double perSecond, LongFunction<RequestSpec> requests) {

    public Operation {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("a rate must be above 0");
        }
    }

    /** The same request every time. */
    public static Operation of(String name, Target target, double perSecond, RequestSpec request) {
        return new Operation(name, target, perSecond, n -> request);
    }

    /** The given requests in turn. */
    public static Operation cycling(String name, Target target, double perSecond, List<RequestSpec> requests) {
        List<RequestSpec> copy = List.copyOf(requests);
        return new Operation(name, target, perSecond, n -> copy.get((int) (n % copy.size())));
    }
}
