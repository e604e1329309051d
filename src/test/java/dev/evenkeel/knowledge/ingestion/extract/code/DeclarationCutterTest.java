package dev.evenkeel.knowledge.ingestion.extract.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.knowledge.ingestion.extract.code.DeclarationCutter.Piece;
import dev.evenkeel.testing.CpuTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeclarationCutterTest {

    @Test
    void goIsCutAtFunctionsMethodsAndTypes() {
        // Given
        String source = """
                // Package shop sells things.
                package shop

                import (
                	"fmt"
                	"strings"
                )

                const (
                	Small = iota
                	Large
                )

                // Basket holds what a customer wants.
                type Basket[T any] struct {
                	items []T `json:"items{"`
                	brace rune // '{' in a comment {{{
                }

                // Add puts an item in.
                //
                // It never fails.
                func (b *Basket[T]) Add(item T,
                	count int) error {
                	for i := 0; i < count; i++ {
                		b.items = append(b.items, item)
                	}
                	x := '{'
                	y := "}\\"}"
                	z := `raw } \\`
                	return fmt.Errorf("%c%s%s", x, y, z)
                }

                func (Basket[T]) Len() int { return 0 }

                type Seller interface {
                	Sell(b *Basket[string]) (price int, err error)
                }

                func New() *Basket[string] {
                	return &Basket[string]{
                		items: []string{"a"},
                	}
                }

                var total = 1 +
                	2
                var names = strings.Join(nil, "")
                """;
        // When
        List<String> pieces = cut(source, "go");
        // Then
        assertThat(pieces)
                .containsExactly(
                        "[] // Package shop sells things.",
                        "[] import (",
                        "[] const (",
                        "[Basket] // Basket holds what a customer wants.",
                        "[Basket, Add] // Add puts an item in.",
                        "[] func (Basket[T]) Len() int { return 0 }",
                        "[Seller] type Seller interface {",
                        "[New] func New() *Basket[string] {",
                        "[] var total = 1 +");
    }

    @Test
    void pythonIsCutAtFunctionsClassesAndMethods() {
        // Given
        String source = """
                #!/usr/bin/env python3
                '''Module text with
                def nothing(): inside
                '''
                import os
                from typing import (
                    Any,
                )

                LIMIT = 3
                TABLE = {
                    "a": 1,
                }

                # A comment of the function.
                @decorated(
                    "with arguments",
                )
                @again
                async def fetch(url: str,
                                retries: int = 3) -> Any:
                    \"""Fetches.

                def not_a_function
                    \"""
                    def inner():
                        return 1
                # a comment at the margin within the function
                    if url:
                        return os.path \\
                    .join(url)

                    return f"{url!r} # {inner()}"

                class Shop(Base):
                    \"""A shop.\"""

                    name = "x"

                    # About opening.
                    @property
                    def open(self):
                        return True

                    class Meta:
                        ordering = [
                    "name",
                        ]

                        def deep(self):
                            pass

                    def close(self): self.x = 1

                if __name__ == "__main__":
                    main()
                """;
        // When
        List<String> pieces = cut(source, "python");
        // Then
        assertThat(pieces)
                .containsExactly(
                        "[] #!/usr/bin/env python3",
                        "[] LIMIT = 3",
                        "[fetch] # A comment of the function.",
                        "[Shop] class Shop(Base):",
                        "[Shop]     \"\"\"A shop.\"\"\"",
                        "[Shop]     name = \"x\"",
                        "[Shop, open]     # About opening.",
                        "[Shop, Meta]     class Meta:",
                        "[Shop, Meta]         ordering = [",
                        "[Shop, Meta, deep]         def deep(self):",
                        "[Shop]     def close(self): self.x = 1",
                        "[] if __name__ == \"__main__\":");
    }

    @Test
    void javaIsCutAtTypesAndTheirMembers() {
        // Given
        String source = """
                /* Licence { */
                package a.b;

                import java.util.List;

                /** A shop. {@code }} */
                @Annotated(name = "x(", list = {1, 2})
                public final class Shop<T extends Comparable<T>> extends Base
                        implements Open {

                    private static final String TEXT = \"""
                            } not the end {
                            \\\""" still text
                            \""";
                    private final char brace = '}';

                    static {
                        init();
                    }

                    public Shop(
                            @Nonnull String name,
                            int size) {
                        super(name);
                    }

                    /** Sells. */
                    @Override
                    @SuppressWarnings({"unchecked", "x"})
                    public <K> List<K> sell(K item) throws E {
                        if (item != null) { return List.of(item); } // }
                        return new ArrayList<>() {
                            int x = 1;
                        };
                    }

                    abstract void none();

                    enum Size {
                        SMALL,
                        LARGE {
                            @Override
                            int area() {
                                return 2;
                            }
                        };

                        int area() {
                            return 1;
                        }
                    }

                    record Point(int x, int y) {
                        Point {
                            check(x);
                        }
                    }
                }

                interface Open {
                    void open();
                }
                """;
        // When
        List<String> pieces = cut(source, "java");
        // Then
        assertThat(pieces)
                .containsExactly(
                        "[] /* Licence { */",
                        "[] import java.util.List;",
                        "[Shop] /** A shop. {@code }} */",
                        "[Shop]     private static final String TEXT = \"\"\"",
                        "[Shop]     static {",
                        "[Shop, Shop]     public Shop(",
                        "[Shop, sell]     /** Sells. */",
                        "[Shop]     abstract void none();",
                        "[Shop, Size]     enum Size {",
                        "[Shop, Size]         SMALL,",
                        "[Shop, Size, area]         int area() {",
                        "[Shop, Point]     record Point(int x, int y) {",
                        "[Shop, Point, Point]         Point {",
                        "[Open] interface Open {",
                        "[Open]     void open();");
    }

    @Test
    void typeScriptIsCutAtClassesFunctionsAndConstants() {
        // Given
        String source = """
                import { a } from './a'
                import b from "b";

                const pattern = /[/{]"'`/g, half = 1 / 2 / 3;

                /** A component. */
                @Component({
                  selector: 'app-shop',
                  template: `<p>{{ name }} ${nested(`{${1}`)} }</p>`,
                })
                export class Shop<T> extends Base {
                  @Input() name: string = '}'
                  private items = new Map<string, number>()

                  constructor(private http: Http) {
                    super()
                  }

                  // Loads.
                  async load(id: number): Promise<void> {
                    const text = `a ${id} }
                      } b`
                    return this.http.get(`/x/${id}`)
                  }

                  get size(): number {
                    return 1
                  }

                  onClick = (e: Event) => {
                    e.stop()
                  }
                }

                export interface Open {
                  open(): void
                }

                export type Kind =
                  | 'a'
                  | 'b'

                export default async function main() {
                  for (const x of [1]) { x }
                }

                export const App = ({ x }: Props) => {
                  return <div title="it's">{x} don't</div>
                }

                app.get = function (path) {
                  return path.match(/\\/{/)
                }

                if (a) {
                  b()
                }
                else {
                  main()
                }
                """;
        // When
        List<String> pieces = cut(source, "typescript");
        // Then
        assertThat(pieces)
                .containsExactly(
                        "[] import { a } from './a'",
                        "[] const pattern = /[/{]\"'`/g, half = 1 / 2 / 3;",
                        "[Shop] /** A component. */",
                        "[Shop]   @Input() name: string = '}'",
                        "[Shop, constructor]   constructor(private http: Http) {",
                        "[Shop, load]   // Loads.",
                        "[Shop, size]   get size(): number {",
                        "[Shop, onClick]   onClick = (e: Event) => {",
                        "[Open] export interface Open {",
                        "[Kind] export type Kind =",
                        "[main] export default async function main() {",
                        "[App] export const App = ({ x }: Props) => {",
                        "[app, get] app.get = function (path) {",
                        "[] if (a) {");
    }

    @Test
    void largeWrappersOfJavaScriptAreCutInside() {
        // Given a module wrapped into one call
        StringBuilder source = new StringBuilder("(function () {\n");
        for (int i = 0; i < 20; i++) {
            source.append("  function f")
                    .append(i)
                    .append("() {\n    return ")
                    .append(i)
                    .append(";\n  }\n\n");
        }
        source.append("})();\n");
        // When
        List<String> pieces = cut(source.toString(), "javascript");
        // Then
        assertThat(pieces).hasSize(21).contains("[f7]   function f7() {", "[f19]   function f19() {");
    }

    @Test
    void anUnknownLanguageIsAnError() {
        assertThatThrownBy(() -> DeclarationCutter.cut("x", "cobol")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"go", "python", "java", "typescript", "javascript"})
    void piecesOfAnyTextStartAtLinesInOrderAndLeaveNothingOut(String language) {
        String[] tokens = {
            "class A {",
            "}",
            "{",
            "(",
            ")",
            "def f(x):",
            "    ",
            "\t",
            "\n",
            "\n",
            "\n\n",
            "func g() {",
            "\"",
            "'",
            "`",
            "\"\"\"",
            "'''",
            "/*",
            "*/",
            "//",
            "#",
            "${",
            "\\",
            "@a",
            "x = 1",
            ";",
            "=>",
            "/re/",
            "import b",
            "return",
            "é"
        };
        for (int seed = 0; seed < 400; seed++) {
            // Given
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            int count = random.nextInt(120);
            for (int i = 0; i < count; i++) {
                text.append(tokens[random.nextInt(tokens.length)]).append(random.nextBoolean() ? " " : "");
            }
            String source = text.toString();
            // When
            List<Piece> pieces = DeclarationCutter.cut(source, language);
            // Then
            int first = pieces.isEmpty() ? source.length() : pieces.get(0).start();
            assertThat(source.substring(0, first)).as("seed %d", seed).isBlank();
            int previous = -1;
            for (Piece piece : pieces) {
                assertThat(piece.start()).as("seed %d: %s", seed, source).isGreaterThan(previous);
                assertThat(piece.start() == 0 || source.charAt(piece.start() - 1) == '\n')
                        .isTrue();
                previous = piece.start();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "(", "`${", "/* ", "\"", "class A {\n", "@a(", "x /", "'''\n", "a.", "\\\n", "// \n"})
    void hostileSourcesAreCutInLinearTime(String unit) {
        for (String language : List.of("go", "python", "java", "typescript")) {
            String source = unit.repeat(2_000_000 / unit.length());
            assertThat(CpuTime.of(() -> DeclarationCutter.cut(source, language)))
                    .as(language)
                    .isLessThan(Duration.ofSeconds(10));
        }
    }

    /** Path and first line of each piece. */
    private static List<String> cut(String source, String language) {
        List<String> pieces = new ArrayList<>();
        for (Piece piece : DeclarationCutter.cut(source, language)) {
            int end = source.indexOf('\n', piece.start());
            pieces.add(piece.path() + " " + source.substring(piece.start(), end < 0 ? source.length() : end));
        }
        return pieces;
    }
}
