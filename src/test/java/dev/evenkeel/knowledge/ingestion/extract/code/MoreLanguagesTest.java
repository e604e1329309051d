package dev.evenkeel.knowledge.ingestion.extract.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.knowledge.ingestion.extract.code.DeclarationCutter.Piece;
import dev.evenkeel.testing.CpuTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Declarations of the languages of systems, services, scripts and databases. */
class MoreLanguagesTest {

    /** Each piece as its path and first line. */
    private static List<String> cut(String source, String language) {
        return DeclarationCutter.cut(source, language).stream()
                .map(piece -> piece.path() + " "
                        + source.substring(piece.start()).stripLeading().split("\n", 2)[0])
                .toList();
    }

    @Test
    void cIsCutAtFunctionsTypesAndMacros() {
        assertThat(cut("""
                        /* License { */
                        #include <stdio.h>
                        #include "a.h"
                        #define MAX(a, b) \\
                            ((a) > (b) ? (a) : (b))

                        struct point {
                            int x; /* } */
                            int y;
                        };

                        typedef enum {
                            RED,
                            GREEN
                        } color;

                        static const char *names[] = {
                            "a{",
                            "b",
                        };

                        // Adds.
                        static int
                        add(int a, int b)
                        {
                            char c = '{', d = '\\'', e = '"';
                            return a + b; // }
                        }

                        #ifdef WIN32
                        int main(int argc, char **argv) {
                        #else
                        int main(void) {
                        #endif
                            if (1) {
                                return 0;
                            }
                        }

                        void last(void) {
                            puts("}}}");
                        }
                        """, "c"))
                .containsExactly(
                        "[] /* License { */",
                        "[MAX] #define MAX(a, b) \\",
                        "[point] struct point {",
                        "[point] int x; /* } */",
                        "[] typedef enum {",
                        "[] static const char *names[] = {",
                        "[add] // Adds.",
                        "[] #ifdef WIN32",
                        "[main] int main(int argc, char **argv) {",
                        "[last] void last(void) {");
    }

    @Test
    void cppIsCutAtNamespacesClassesAndTheirMembers() {
        assertThat(cut("""
                        #pragma once
                        namespace shop::core {

                        template <typename T, typename U = std::vector<int>>
                        class EXPORTED Basket final : public Base<T> {
                        public:
                            Basket(int size)
                                : size_{size}, big(1'000'000) {
                            }

                            virtual ~Basket() {
                                clear();
                            }

                            bool operator==(const Basket& other) const {
                                return raw == R"x(})" {)x";
                            }

                        private:
                            int size_ = 0;
                        };

                        int Basket<int>::count(std::function<void(int)> each) const {
                            auto f = [&](int x) {
                                each(x);
                            };
                            return 1;
                        }

                        enum class Color : int {
                            Red,
                            Green
                        };

                        }  // namespace
                        """, "cpp"))
                .containsExactly(
                        "[] #pragma once",
                        "[shop::core] namespace shop::core {",
                        "[shop::core, Basket] template <typename T, typename U = std::vector<int>>",
                        "[shop::core, Basket, Basket] public:",
                        "[shop::core, Basket, ~Basket] virtual ~Basket() {",
                        "[shop::core, Basket, operator==] bool operator==(const Basket& other) const {",
                        "[shop::core, Basket] private:",
                        "[shop::core, Basket<int>::count] int Basket<int>::count(std::function<void(int)> each) const {",
                        "[shop::core, Color] enum class Color : int {",
                        "[shop::core, Color] Red,");
    }

    @Test
    void csharpIsCutAtTypesMethodsAndProperties() {
        assertThat(cut("""
                        using System;

                        namespace Shop
                        {
                            /// <summary>Sells.</summary>
                            [Serializable]
                            public sealed class Seller<T> : IDisposable where T : class
                            {
                                private readonly string path = @"C:\\";
                                private const string Json = \"""
                                    { "open": "{"
                                    \""";

                                public int Count
                                {
                                    get { return 1; }
                                }

                                [Obsolete("no { more")]
                                public async Task<int> SellAsync<TItem>(TItem item, int n = 1)
                                {
                                    var s = $"{item} costs {n}";
                                    char c = '{';
                                    return await Task.FromResult(n);
                                }

                                public override string ToString() =>
                                    "x";
                            }
                        #if DEBUG
                            public enum Kind
                            {
                                A,
                            }
                        #endif
                        }
                        """, "csharp"))
                .containsExactly(
                        "[] using System;",
                        "[Shop] namespace Shop",
                        "[Shop, Seller] /// <summary>Sells.</summary>",
                        "[Shop, Seller] private readonly string path = @\"C:\\\";",
                        "[Shop, Seller, Count] public int Count",
                        "[Shop, Seller, SellAsync] [Obsolete(\"no { more\")]",
                        "[Shop, Seller, ToString] public override string ToString() =>",
                        "[Shop] #if DEBUG",
                        "[Shop, Kind] public enum Kind",
                        "[Shop, Kind] A,",
                        "[Shop] #endif");
    }

    @Test
    void rustIsCutAtFunctionsTypesAndImplementations() {
        assertThat(cut("""
                        //! Shop.
                        use std::fmt;

                        /* outer /* inner { */ still */
                        #[derive(Debug)]
                        pub struct Basket<'a, T: 'a> {
                            items: &'a [T],
                        }

                        impl<'a, T: Clone + Into<Vec<u8>>> fmt::Display for Basket<'a, T> {
                            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                                let c = '{';
                                let s = r#"a "quoted" } "#;
                                write!(f, "{}", c)
                            }
                        }

                        impl<'a, T> Basket<'a, T> {
                            pub(crate) async unsafe fn take(&self) -> Option<&'a T> {
                                None
                            }

                            const MAX: usize =
                                3;
                        }

                        macro_rules! square {
                            ($x:expr) => { $x * $x };
                        }

                        pub trait Sell {
                            fn sell(&self);
                        }

                        mod tests {
                            #[test]
                            fn works() {
                                assert!(true);
                            }
                        }
                        """, "rust"))
                .containsExactly(
                        "[] //! Shop.",
                        "[Basket] /* outer /* inner { */ still */",
                        "[Basket] items: &'a [T],",
                        "[Basket] impl<'a, T: Clone + Into<Vec<u8>>> fmt::Display for Basket<'a, T> {",
                        "[Basket, fmt] fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {",
                        "[Basket] impl<'a, T> Basket<'a, T> {",
                        "[Basket, take] pub(crate) async unsafe fn take(&self) -> Option<&'a T> {",
                        "[Basket, MAX] const MAX: usize =",
                        "[square] macro_rules! square {",
                        "[Sell] pub trait Sell {",
                        "[Sell] fn sell(&self);",
                        "[tests] mod tests {",
                        "[tests, works] #[test]");
    }

    @Test
    void kotlinIsCutAtClassesFunctionsAndObjects() {
        assertThat(cut("""
                        package shop

                        import java.util.*

                        /** Sells. */
                        @Service
                        data class Seller<T : Any>(
                            val name: String,
                        ) : Base(), Closeable {
                            private val text = \"""
                                { ${name.map { "}" }} "
                            \"""

                            override suspend fun <R> sell(item: T): R? {
                                val x = "${item} {"
                                return null
                            }

                            companion object {
                                fun create() =
                                    Seller("x")
                            }
                        }

                        fun <T> List<T>.second(): T =
                            this[1]

                        fun `adds two numbers`() {
                            check(1 + 1 == 2)
                        }
                        """, "kotlin"))
                .containsExactly(
                        "[] package shop",
                        "[] import java.util.*",
                        "[Seller] /** Sells. */",
                        "[Seller, text] private val text = \"\"\"",
                        "[Seller, sell] override suspend fun <R> sell(item: T): R? {",
                        "[Seller, companion] companion object {",
                        "[Seller, companion, create] fun create() =",
                        "[second] fun <T> List<T>.second(): T =",
                        "[`adds two numbers`] fun `adds two numbers`() {");
    }

    @Test
    void rubyIsCutAtModulesClassesAndMethods() {
        assertThat(cut("""
                        # frozen_string_literal: true
                        require "set"

                        =begin
                        def not_code
                        =end

                        module Shop
                          # Sells.
                          class Seller < Base
                            attr_reader :name
                            @count = 0

                            def initialize(name)
                              @name = name
                              @text = <<~SQL
                            select "
                              SQL
                            end

                            def self.create(*args) = new(*args)

                            def valid?
                              return false if name =~ /end "{/
                              begin
                                check
                              rescue StandardError
                                false
                              end
                            rescue
                              nil
                            end
                          end
                        end

                        Seller.create("x") do |s|
                          puts s
                        end
                        """, "ruby"))
                .containsExactly(
                        "[] # frozen_string_literal: true",
                        "[] =begin",
                        "[Shop] module Shop",
                        "[Shop, Seller] # Sells.",
                        "[Shop, Seller] attr_reader :name",
                        "[Shop, Seller, initialize] def initialize(name)",
                        "[Shop, Seller] def self.create(*args) = new(*args)",
                        "[Shop, Seller, valid?] def valid?",
                        "[] Seller.create(\"x\") do |s|");
    }

    @Test
    void phpIsCutAtClassesAndFunctions() {
        assertThat(cut("""
                        <?php
                        declare(strict_types=1);

                        namespace App;

                        # A comment {
                        #[Attribute]
                        final class Seller extends Base
                        {
                            private const MAX = 3;

                            public function __construct(private string $name)
                            {
                                $this->sql = 'select {
                                    from';
                                $x = <<<EOT
                                    } not code "
                                    EOT;
                            }

                            public static function &all(): array
                            {
                                return [];
                            }
                        }

                        function helper(int $a): int
                        {
                            return $a;
                        }
                        ?>
                        <p>Don't { parse this</p>
                        <?php
                        function last() {
                            echo 1;
                        }
                        """, "php"))
                .containsExactly(
                        "[] <?php",
                        "[] namespace App;",
                        "[Seller] # A comment {",
                        "[Seller] private const MAX = 3;",
                        "[Seller, __construct] public function __construct(private string $name)",
                        "[Seller, all] public static function &all(): array",
                        "[helper] function helper(int $a): int",
                        "[] ?>");
    }

    @Test
    void sqlIsCutAtDefinitions() {
        assertThat(cut("""
                        -- People; all of them
                        CREATE TABLE IF NOT EXISTS shop.person (
                            id bigint primary key, -- ;
                            name text default 'a;''b'
                        );

                        create or replace function shop.total(a int)
                        returns int as $body$
                        begin
                            return 1; -- $$
                        end;
                        $body$ language plpgsql;

                        create unique index concurrently person_name
                            on shop.person (name);
                        insert into person values (1, 'x');
                        select $1;
                        """, "sql"))
                .containsExactly(
                        "[shop.person] -- People; all of them",
                        "[shop.total] create or replace function shop.total(a int)",
                        "[person_name] create unique index concurrently person_name",
                        "[] insert into person values (1, 'x');");
    }

    @Test
    void shellIsCutAtFunctions() {
        assertThat(cut("""
                        #!/bin/bash
                        set -eu
                        ls /tmp/
                        # Builds.
                        build() {
                          echo "it's {"
                          local n=${#1}  # length
                          cat <<-'EOF'
                        	} not "code
                        	EOF
                          case $n in
                            a) echo 1 ;;
                          esac
                        }

                        function test-all
                        {
                          echo don\\'t
                        }

                        build "$@" && \\
                          test-all
                        """, "shell"))
                .containsExactly(
                        "[] #!/bin/bash", "[build] # Builds.", "[test-all] function test-all", "[] build \"$@\" && \\");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "cpp", "csharp", "rust", "kotlin", "ruby", "php", "sql", "shell"})
    void everyTextIsDividedWithoutLossAndInLinearTime(String language) {
        // Given pieces of every language in any order
        String[] words = {
            "{",
            "}",
            "(",
            ")",
            "\"",
            "'",
            "`",
            "\n",
            "\n\n",
            "  ",
            ";",
            "#",
            "#if\n",
            "#else\n",
            "#endif\n",
            "//",
            "/*",
            "*/",
            "<<EOF\n",
            "EOF\n",
            "<?php",
            "?>",
            "$$",
            "$a$",
            "r#\"",
            "\"#",
            "R\"x(",
            ")x\"",
            "end\n",
            "def x\n",
            "class A",
            "template<",
            ">",
            "impl<T> X for Y ",
            "fn f() ",
            "fun f() ",
            "function g() ",
            "create table t ",
            "\\",
            "--",
            "=begin",
            "=end",
            "@\"",
            "'a",
            "${",
            "x",
            "über"
        };
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 400; i++) {
                text.append(words[random.nextInt(words.length)]).append(random.nextInt(4) == 0 ? " " : "");
            }
            // Then
            assertComplete(text.toString(), language, seed);
        }
        for (String word : words) {
            String large = (word + " ").repeat(400_000 / (word.length() + 1));
            assertThat(CpuTime.of(() -> assertComplete(large, language, -1)))
                    .as(word)
                    .isLessThan(Duration.ofSeconds(10));
        }
    }

    private static void assertComplete(String text, String language, int seed) {
        List<Piece> pieces = new ArrayList<>(DeclarationCutter.cut(text, language));
        int first = pieces.isEmpty() ? text.length() : pieces.get(0).start();
        assertThat(text.substring(0, first)).as("seed %d", seed).isBlank();
        for (int i = 1; i < pieces.size(); i++) {
            assertThat(pieces.get(i).start())
                    .as("seed %d", seed)
                    .isGreaterThan(pieces.get(i - 1).start());
        }
    }
}
