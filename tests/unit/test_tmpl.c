/* The template engine against its reference, the C preprocessor: the same template and bindings through both, compiled together and run on the
 * same numbers; and the shape of the engine's output. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/embedded.h"
#include "emit/emit.h"
#include "emit/indent.h"
#include "run/jit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *expand(Arena *arena, const char *text, const char *const *pairs, int count)
{
    Hole holes[64];
    for (int i = 0; i < count; i++)
        holes[i] = (Hole){pairs[2 * i], pairs[2 * i + 1]};
    return template_expand(arena, "test", text, holes, count);
}

static void check(const char *text, const char *const *pairs, int count, const char *expected)
{
    Arena *arena = arena_new();
    assert_string_equal(expand(arena, text, pairs, count), expected);
    arena_free(arena);
}

static void test_holes(void **state)
{
    (void)state;
    check("int $a$_x = $n$; /* $a$ */\n", (const char *[]){"a", "foo", "n", "3"}, 2, "int foo_x = 3; /* foo */\n");
    check("{\n$lines$\n}\n", (const char *[]){"lines", "a = 1;\nb = 2;"}, 1, "{\n    a = 1;\n    b = 2;\n}\n");
    check("x = $a$;\n", (const char *[]){"a", "$b$ + 1", "b", "y"}, 2, "x = y + 1;\n"); /* as a macro in a macro */
}

static void test_conditions(void **state)
{
    (void)state;
    const char *text = "#if $f$\na;\n#ifdef X\nb;\n#endif\n#else\nc;\n#endif\n#if !$f$\nd;\n#endif\n";
    check(text, (const char *[]){"f", "1"}, 1, "a;\n#ifdef X\nb;\n#endif\n");
    check(text, (const char *[]){"f", "0"}, 1, "c;\nd;\n");
}

static void test_unroll(void **state)
{
    (void)state;
    check("$unroll$(k, $n$) { a[k * 2] = k; }\n", (const char *[]){"n", "2"}, 1, "a[0 * 2] = 0;\na[1 * 2] = 1;\n");
    check("$unroll$(k, 2) { int x = k; use(x); }\n", NULL, 0, "{\n    int x = 0; use(x);\n}\n{\n    int x = 1; use(x);\n}\n");
    check("if (c)\n$unroll$(k, 2) { f(k); }\n", NULL, 0, "if (c)\n{\n    f(0);\n    f(1);\n}\n");
    check("$loop_q$(k, $n$) { f(k); }\n", (const char *[]){"loop_q", "0", "n", "3"}, 2, "for (int k = 0; k < 3; k++) { f(k); }\n");
    check("$loop_q$(k, $n$) { f(k); }\n", (const char *[]){"loop_q", "1", "n", "2"}, 2, "f(0);\nf(1);\n");
}

static void test_registers(void **state)
{
    (void)state;
    check("$reg$ int acc[2][$n$];\n$unroll$(i, 2) { acc[i][$n$ - 1] = v[i]; }\n", (const char *[]){"n", "2"}, 1,
          "int acc_0_0, acc_0_1, acc_1_0, acc_1_1;\nacc_0_1 = v[0];\nacc_1_1 = v[1];\n");
}

static void test_indent(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    assert_string_equal(indent_c(arena, "for (;;)\nfor (;;) {\na;\n}\nb = c +\nd;\n\n\n\ne;\n"),
                        "for (;;)\n    for (;;) {\n        a;\n    }\nb = c +\n    d;\n\ne;\n");
    assert_string_equal(indent_c(arena, "{\nBNN_PARALLEL_FOR\nfor (;;)\na;\nb;\n}\n"), "{\n    BNN_PARALLEL_FOR\n    for (;;)\n        a;\n    b;\n}\n");
    arena_free(arena);
}

/* --- the templates with their samples */
static const struct { const char *name, *arguments; } cases[] = {
    {"map", "f, g, (float *)%s"}, {"copy", "f, (float *)%s"}, {"pad", "f, (float *)%s"}, {"quantize", "f, (uint32_t *)%s"},
    {"unpack", "u, (int16_t *)%s"}, {"reduce", "f, (float *)%s"}, {"reduce_lanes", "f, (float *)%s"}, {"pool", "f, (float *)%s"},
    {"pool_gradient", "f, g, (float *)%s"}, {"pool_gradient_tiles", "f, g, (float *)%s"}, {"count", "(float *)%s, 7"}};

static const char *read_file(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s: run from the repository's root", path);
    char *text = arena_alloc(arena, 1 << 16);
    text[fread(text, 1, (1 << 16) - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* "#define $name$ value" lines of a sample. */
static int bindings(Arena *arena, const char *sample, const char *layer, Hole *holes)
{
    int count = 0;
    for (const char *line = strstr(sample, "#define $"); line; line = strstr(line + 1, "#define $")) {
        const char *name = line + 9, *close = strchr(name, '$'), *end = strchr(name, '\n');
        if (close[1] != ' ')
            continue; /* the macros of $unroll$ and $reg$ */
        const char *text = arena_strndup(arena, close + 2, (size_t)(end - close - 2));
        const char *hole = arena_strndup(arena, name, (size_t)(close - name));
        holes[count++] = (Hole){hole, strcmp(hole, "layer") == 0 ? layer : text};
    }
    return count;
}

/* The arguments with %s replaced. */
static const char *with_output(Arena *arena, const char *arguments, const char *output)
{
    const char *at = strstr(arguments, "%s");
    return arena_printf(arena, "%.*s%s%s", (int)(at - arguments), arguments, output, at + 2);
}

static void compare_case(const char *name, const char *arguments)
{
    Arena *arena = arena_new();
    const char *template = read_file(arena, arena_printf(arena, "templates/%s.c", name));
    const char *sample = read_file(arena, arena_printf(arena, "templates/samples/%s.h", name));
    Hole holes[64];
    int count = bindings(arena, sample, "by_engine", holes);
    const char *expanded = template_expand(arena, name, template, holes, count), *error = NULL;
    Text text = text_new(arena);
    text_printf(&text, "%s\n%s\n%s\n", expanded, sample, template);
    text_add(&text, "int test_same(float *f, float *g, const uint32_t *u, char *a, char *b)\n{\n(void)f; (void)g; (void)u;\n");
    text_printf(&text, "by_engine(%s);\nsample_%s(%s);\n", with_output(arena, arguments, "a"), name,
                with_output(arena, arguments, "b"));
    text_add(&text, "for (int i = 0; i < 4096; i++)\nif (a[i] != b[i])\nreturn i + 1;\nreturn 0;\n}\n");
    const char *whole = arena_printf(arena, "#include <stdint.h>\n%s", text.at);
    JitOptions options = {.kind = JIT_CC, .flags = "-O1"};
    Jit *jit = jit_compile(arena, "t", whole, "", &options, &error);
    if (!jit)
        fail_msg("%s: %s", name, error);
    int (*same)(float *, float *, const uint32_t *, char *, char *);
    void *symbol = jit_symbol(jit, "test_same");
    memcpy(&same, &symbol, sizeof same);
    static float f[1024], g[1024];
    static uint32_t u[1024];
    static char a[4096], b[4096];
    for (int i = 0; i < 1024; i++) {
        f[i] = (float)(rand() % 7 - 3);
        g[i] = (float)(rand() % 100) / 8.0f;
        u[i] = (uint32_t)rand();
    }
    memset(a, 0, sizeof a);
    memset(b, 0, sizeof b);
    if (same(f, g, u, a, b) != 0)
        fail_msg("%s: engine and preprocessor differ", name);
    bool any = false;
    for (size_t i = 0; i < sizeof a; i++)
        any |= a[i] != 0;
    assert_true(any);
    jit_free(jit);
    arena_free(arena);
}

static void test_preprocessor(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        compare_case(cases[i].name, cases[i].arguments);
}

/* Random sizes of a template with all five constructs. */
static void test_random_bindings(void **state)
{
    (void)state;
    static const char template[] =
        "static void $layer$(const int *x, int *y)\n{\nfor (int o = 0; o < $n$; o++) {\n$reg$ int acc[$m$][2];\n"
        "$unroll$(i, $m$) { acc[i][0] = x[i]; acc[i][1] = i; }\n"
        "$loop_k$(k, $c$) { $unroll$(i, $m$) { const int s = x[k + i * $n$ + o]; acc[i][0] += s * $f$; acc[i][1] ^= s; } }\n"
        "#if $both$\n$unroll$(i, $m$) { y[o * $m$ + i] = acc[i][0] + acc[i][1]; }\n#else\n$unroll$(i, $m$) { y[o * $m$ + i] = acc[i][0]; }\n#endif\n}\n}\n";
    for (int round = 0; round < 40; round++) {
        Arena *arena = arena_new();
        const char *names[] = {"layer", "n", "m", "c", "f", "both", "loop_k"}, *values[7];
        values[0] = "by_engine";
        for (int i = 1; i < 7; i++)
            values[i] = arena_printf(arena, "%d", i < 5 ? 1 + rand() % 5 : rand() % 2);
        const char *pairs[14];
        Text text = text_new(arena);
        for (int i = 0; i < 7; i++) {
            pairs[2 * i] = names[i];
            pairs[2 * i + 1] = values[i];
        }
        text_printf(&text, "%s", expand(arena, template, pairs, 7));
        text_add(&text, "#define $unroll$(k, n) for (int k = 0; k < (n); k++)\n#define $loop_k$(k, n) $unroll$(k, n)\n#define $reg$\n");
        for (int i = 1; i < 6; i++)
            text_printf(&text, "#define $%s$ %s\n", names[i], values[i]);
        text_printf(&text, "#define $layer$ by_preprocessor\n%s", template);
        text_add(&text, "int test_same(int *x, int *a, int *b)\n{\nby_engine(x, a);\nby_preprocessor(x, b);\n"
                        "for (int i = 0; i < 64; i++)\nif (a[i] != b[i])\nreturn 1;\nreturn 0;\n}\n");
        const char *error = NULL;
        JitOptions options = {.kind = JIT_TCC};
        Jit *jit = jit_compile(arena, "t", text.at, "", &options, &error);
        if (!jit)
            fail_msg("%s\n%s", error, text.at);
        int (*same)(int *, int *, int *), x[128], a[64] = {0}, b[64] = {0};
        void *symbol = jit_symbol(jit, "test_same");
        memcpy(&same, &symbol, sizeof same);
        for (int i = 0; i < 128; i++)
            x[i] = rand() % 100;
        assert_int_equal(same(x, a, b), 0);
        jit_free(jit);
        arena_free(arena);
    }
}

const struct CMUnitTest tmpl_tests[] = {
    cmocka_unit_test(test_holes),        cmocka_unit_test(test_conditions),   cmocka_unit_test(test_unroll),          cmocka_unit_test(test_registers),
    cmocka_unit_test(test_indent),       cmocka_unit_test(test_preprocessor), cmocka_unit_test(test_random_bindings),
};
const int tmpl_test_count = sizeof tmpl_tests / sizeof *tmpl_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return cmocka_run_group_tests(tmpl_tests, NULL, NULL);
}
#endif
