package dev.evenkeel.platform.http;

import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Another form than RFC 9457 in which problems are told to the clients of some paths, who know no other. */
public interface ProblemForm {
    /**
     * A problem in that form.
     *
     * @param status the status of HTTP, which may be another than the problem's
     * @param json the body
     */
    record Answer(int status, String json) {}

    /** Puts a problem into the form. */
    Answer of(Problem problem, RoutingContext context);

    /** Tells every problem of this request in the form; to be called before anything can go wrong. */
    static void use(RoutingContext context, ProblemForm form) {
        context.put(ProblemForm.class.getName(), form);
    }

    /** The problem in the form that was chosen for this request, or null when it is a problem document. */
    static @Nullable Answer chosen(RoutingContext context, Problem problem) {
        ProblemForm form = context.get(ProblemForm.class.getName());
        return form == null ? null : form.of(problem, context);
    }
}
