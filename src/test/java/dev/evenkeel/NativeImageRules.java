package dev.evenkeel;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.evenkeel.RuleParts.calls;
import static dev.evenkeel.RuleParts.violated;

import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import java.util.List;

/** What cannot live in a native image. */
final class NativeImageRules {
    private static final List<Class<?>> NOT_IN_IMAGE_HEAP = List.of(
            Thread.class,
            java.util.Random.class,
            java.util.Timer.class,
            java.util.concurrent.Executor.class,
            java.nio.channels.Channel.class,
            java.io.InputStream.class,
            java.io.OutputStream.class,
            java.io.File.class,
            java.net.Socket.class,
            java.net.ServerSocket.class,
            java.net.http.HttpClient.class);

    private NativeImageRules() {}

    static List<HouseRule> all() {
        return List.of(
                HouseRule.of(
                        noClasses()
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage("java.awt..", "javax.imageio..", "javax.swing..")
                                .as("no AWT: it does not live in a small native image"),
                        "package dev.evenkeel.observatory; class Picture { java.awt.image.BufferedImage image; }"),
                HouseRule.of(
                        noClasses()
                                .should()
                                .callMethodWhere(calls(
                                        "java.lang.Class",
                                        "forName|newInstance|get(Declared)?(Methods?|Fields?|Constructors?)"))
                                .as("no reflection by name"),
                        """
                        package dev.evenkeel.memory;
                        class Entries {
                            Class<?> find(String name) throws ClassNotFoundException { return Class.forName(name); }
                        }"""),
                HouseRule.of(
                        noClasses()
                                .should()
                                .callMethodWhere(calls("java.lang.ClassLoader", "loadClass|defineClass"))
                                .as("no class is loaded at run time"),
                        """
                        package dev.evenkeel.memory;
                        class Entries {
                            Class<?> find(String name) throws ClassNotFoundException {
                                return Entries.class.getClassLoader().loadClass(name);
                            }
                        }"""),
                HouseRule.of(
                        noClasses()
                                .should()
                                .dependOnClassesThat(assignableTo("java.io.ObjectInputStream"))
                                .as("no Java serialisation"),
                        "package dev.evenkeel.memory; class Entries { java.io.ObjectInputStream in; }"),
                HouseRule.of(
                        fields().that()
                                .areStatic()
                                .should(new ArchCondition<>("not hold what an image heap cannot") {
                                    @Override
                                    public void check(JavaField field, ConditionEvents events) {
                                        if (NOT_IN_IMAGE_HEAP.stream()
                                                .anyMatch(type ->
                                                        field.getRawType().isAssignableTo(type))) {
                                            violated(events, field, field.getFullName() + " is fixed at build time");
                                        }
                                    }
                                })
                                .as("no static thread, random generator, socket or file"),
                        "package dev.evenkeel.memory;"
                                + " class Entries { static final java.security.SecureRandom R = null; }"));
    }
}
