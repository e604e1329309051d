package dev.evenkeel.memory;

import dev.evenkeel.platform.http.Problem;
import dev.evenkeel.platform.http.ProblemException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request to write must keep to, whatever the namespace; all that is wrong with it is told at once. */
@Singleton
class WriteRules {
    /** More errors help nobody. */
    private static final int MAX_ERRORS = 100;

    private final MemoryConfig config;
    private final SearchDataRules searchData;

    WriteRules(MemoryConfig config, SearchDataRules searchData) {
        this.config = config;
        this.searchData = searchData;
    }

    /** One entry. */
    EntryWrite write(
            String key,
            @Nullable JsonText value,
            @Nullable Long ttlS,
            @Nullable Boolean sliding,
            @Nullable SearchData search) {
        JsonText stored = value == null && search != null && search.text() != null ? JsonText.of(search.text()) : value;
        if (stored == null) {
            throw ProblemException.invalid("value", "is required, or a text in its place; null is a value");
        }
        if (ttlS != null && (ttlS < 0 || ttlS > NamespaceSettings.MAX_SECONDS)) {
            throw ProblemException.invalid("ttl_s", "must be between 0 and " + NamespaceSettings.MAX_SECONDS);
        }
        EntryWrite write = EntryWrite.of(
                Names.key("key", key), stored.requireStorable("value").text(), ttlS, sliding, search);
        if (write.valueBytes() > config.maxValueSize().asLongValue()) {
            throw ProblemException.tooLarge(
                    tooLarge(write, config.maxValueSize().asLongValue()));
        }
        return write;
    }

    EntryWrite write(NewEntry entry) {
        return write(
                entry.key(),
                entry.value(),
                entry.ttlS(),
                entry.sliding(),
                searchData.check(entry.text(), entry.metadata(), entry.vector()));
    }

    List<EntryWrite> writes(List<NewEntry> entries) {
        requireCount("items", entries.size());
        return each("items", entries, NewEntry::key, (field, entry) -> write(entry));
    }

    List<EntryOperation> operations(List<NewOperation> wanted) {
        requireCount("operations", wanted.size());
        return each("operations", wanted, NewOperation::key, (field, step) -> {
            Expectation expectation = step.expectation(field);
            JsonText value = step.value();
            if (step.op() == EntryOperation.Kind.put) {
                SearchData search = searchData.check(step.text(), step.metadata(), step.vector());
                return EntryOperation.put(write(step.key(), value, step.ttlS(), step.sliding(), search), expectation);
            }
            if (value != null
                    || step.ttlS() != null
                    || step.sliding() != null
                    || step.text() != null
                    || step.metadata() != null
                    || step.vector() != null) {
                throw ProblemException.invalid(
                        "op", "takes no value, ttl_s, sliding, text, metadata or vector unless it is put");
            }
            if (step.op() == EntryOperation.Kind.check && expectation.isNone()) {
                throw ProblemException.invalid("op", "check needs expect_version or expect_absent");
            }
            return new EntryOperation(step.op(), Names.key("key", step.key()), null, expectation);
        });
    }

    /** Keys without their repetitions. */
    List<String> keys(List<String> keys) {
        requireCount("keys", keys.size());
        return each("keys", keys.stream().distinct().toList(), key -> key, Names::key);
    }

    /** The limit of the namespace, which is known only when it has been read. */
    static void requireFits(Namespace namespace, List<EntryWrite> writes) {
        Integer max = namespace.maxValueBytes();
        for (EntryWrite write : writes) {
            if (max != null && write.valueBytes() > max) {
                throw ProblemException.tooLarge(tooLarge(write, max));
            }
        }
    }

    private static String tooLarge(EntryWrite write, long limit) {
        return "The value of \"" + write.key() + "\" has " + write.valueBytes() + " bytes, more than " + limit + ".";
    }

    private void requireCount(String field, int count) {
        if (count > config.maxBatchItems()) {
            throw ProblemException.invalid(field, "has " + count + " elements, more than " + config.maxBatchItems());
        }
    }

    /** Makes one thing of another; the field names it in errors. */
    private interface Rule<T, R> {
        R apply(String field, T item);
    }

    private interface KeyOf<T> {
        String of(T item);
    }

    private static <T, R> List<R> each(String list, List<T> items, KeyOf<T> keyOf, Rule<T, R> rule) {
        List<R> results = new ArrayList<>(items.size());
        List<Problem.FieldError> errors = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < items.size() && errors.size() < MAX_ERRORS; i++) {
            String field = list + "." + i;
            try {
                if (!seen.add(keyOf.of(items.get(i)))) {
                    throw ProblemException.invalid("key", "comes twice in one request");
                }
                results.add(rule.apply(field, items.get(i)));
            } catch (ProblemException refused) {
                errors.add(new Problem.FieldError(field, refused.problem().detail()));
            }
        }
        if (!errors.isEmpty()) {
            throw new ProblemException(Problem.invalid(errors), null);
        }
        return results;
    }
}
