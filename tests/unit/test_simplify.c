/* The simplifier of emitted C: what it rewrites, and what it must leave alone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "emit/simplify.h"

typedef struct { const char *from, *to; } Pair;

static void check(const Pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Arena *arena = arena_new();
        assert_string_equal(simplify_c(arena, pairs[i].from), pairs[i].to);
        arena_free(arena);
    }
}
#define CHECK(...) check((const Pair[]){__VA_ARGS__}, sizeof (const Pair[]){__VA_ARGS__} / sizeof (Pair))

static void test_constants(void **state)
{
    (void)state;
    CHECK({"x = 2 * 3 + 4;\n", "x = 10;\n"}, {"x = y + 2 * 3;\n", "x = y + 6;\n"}, {"x = 7 / 2 % 2;\n", "x = 1;\n"}, {"x = (1 + 2) * y;\n", "x = 3 * y;\n"},
          {"x = y / 2 * 3;\n", "x = y / 2 * 3;\n"}, {"x = y - 2 + 3;\n", "x = y - 2 + 3;\n"}, {"x = (int)2 * 3;\n", "x = (int)2 * 3;\n"},
          {"x = 1 - 2;\n", "x = 1 - 2;\n"}, {"x = 100000 * 100000;\n", "x = 100000 * 100000;\n"}, {"x = 1 / 0;\n", "x = 1 / 0;\n"},
          {"x = 3 * 4[p];\n", "x = 3 * 4[p];\n"}, {"x = 1u * y + 0x0;\n", "x = 1u * y + 0x0;\n"});
}

static void test_neutral(void **state)
{
    (void)state;
    CHECK({"x = 1 * y;\n", "x = y;\n"}, {"x = y * 1 + 0;\n", "x = y;\n"}, {"x = y / 1 - 0;\n", "x = y;\n"}, {"x = 0 + y >> 0;\n", "x = y;\n"},
          {"f(a + 0, 1 * b);\n", "f(a, b);\n"}, {"x = z / 1 * y;\n", "x = z * y;\n"}, {"x = z - 0 * y;\n", "x = z - 0 * y;\n"},
          {"x = z / (1 * y);\n", "x = z / (y);\n"}, {"x = !1 * y;\n", "x = 0 * y;\n"}, {"x = -1 * y;\n", "x = -1 * y;\n"},
          {"x = y + 0 * 2;\n", "x = y;\n"}, {"x = 1 - 1 * y;\n", "x = 1 - y;\n"}, {"x = y * 1 << 2;\n", "x = y << 2;\n"},
          {"x = y * 1.0f + 0.0f;\n", "x = y * 1.0f + 0.0f;\n"}, {"x = 1.0f * y / 1;\n", "x = 1.0f * y;\n"});
}

static void test_zero(void **state)
{
    (void)state;
    CHECK({"void f(int k)\n{\nx = k % 1 + 3;\n}\n", "void f(int k)\n{\n    x = 3;\n}\n"},
          {"void f(float k)\n{\nx = k * 0;\n}\n", "void f(float k)\n{\n    x = k * 0;\n}\n"}, /* -0 and NaN */
          {"void f(int k)\n{\nx = g(k) * 0;\n}\n", "void f(int k)\n{\n    x = g(k) * 0;\n}\n"},
          {"void f(int k)\n{\nx = 0 * (k + 2) + k;\n}\n", "void f(int k)\n{\n    x = k;\n}\n"});
}

static void test_logic(void **state)
{
    (void)state;
    CHECK({"x = 1 || (a >= 0 && b);\n", "x = 1;\n"}, {"x = !1 || a < b && c;\n", "x = 0 || a < b && c;\n"}, {"x = a && !0;\n", "x = a;\n"},
          {"x = 0 && f[2].y || b;\n", "x = 0 || b;\n"}, {"x = 2 < 3 ? a : b;\n", "x = a;\n"}, {"x = 2 > 3 ? a : b ? c : d;\n", "x = b ? c : d;\n"},
          {"x = (1 ? p ? q : r : s) + t;\n", "x = (p ? q : r) + t;\n"}, {"for (; f < 32 && f < 8; f++)\n;\n", "for (; f < 8; f++)\n    ;\n"});
}

static void test_parentheses(void **state)
{
    (void)state;
    CHECK({"x = (a + b);\n", "x = a + b;\n"}, {"f((a + b), (c));\n", "f(a + b, (c));\n"}, {"x = a + (b * c);\n", "x = a + b * c;\n"},
          {"x = a - (b - c);\n", "x = a - (b - c);\n"}, {"x = (uint32_t)(a + b);\n", "x = (uint32_t)(a + b);\n"}, {"x = a << (b - c);\n", "x = a << (b - c);\n"},
          {"x = (T *)(p) + 1;\n", "x = (T *)(p) + 1;\n"}, {"x = (a, b);\n", "x = (a, b);\n"}, {"x = (-2) * y;\n", "x = -2 * y;\n"},
          {"__attribute__((unused)) int x;\n", "__attribute__((unused)) int x;\n"});
}

static void test_loops(void **state)
{
    (void)state;
    CHECK({"{\nfor (int i = 0; i < 1; i++)\na[i * 2 + 1] = i;\n}\n", "{\n    a[1] = 0;\n}\n"},
          {"{\nfor (int i = 0; i < 32; i += 32) {\nint b = f(i);\ng(b);\n}\n}\n", "{\n    int b = f(0);\n    g(b);\n}\n"},
          {"{\nfor (int i = 0; i < 2; i++)\nf(i);\n}\n", "{\n    for (int i = 0; i < 2; i++)\n        f(i);\n}\n"},
          {"{\nfor (int i = 0; i < 1; i++) {\nif (c)\ncontinue;\nf(i);\n}\n}\n",
           "{\n    for (int i = 0; i < 1; i++) {\n        if (c)\n            continue;\n        f(i);\n    }\n}\n"},
          {"{\nfor (int i = 0; i < 1; i++)\ni = f(i);\n}\n", "{\n    for (int i = 0; i < 1; i++)\n        i = f(i);\n}\n"},
          {"{\nfor (int i = 0; i < 1 && i + k < n; i++)\nf(i);\n}\n", "{\n    if (k < n)\n        f(0);\n}\n"},
          {"{\nfor (int i = 0; i < 0; i++)\nf(i);\ng();\n}\n", "{\n    g();\n}\n"},
          {"{\nfloat b;\nfor (int i = 0; i < 1; i++) {\nfloat b = 2;\nf(b);\n}\ng(b);\n}\n", "{\n    float b;\n    {\n        float b = 2;\n        f(b);\n    }\n    g(b);\n}\n"},
          {"{\nfor (int t = 0; t < n; t++) {\nif (t < n)\nf(t < n ? t : 0);\n}\n}\n", "{\n    for (int t = 0; t < n; t++) {\n        f(t);\n    }\n}\n"},
          {"{\nfor (int t = 0; t < 4; t++) {\nf(t / 4, t % 4, t / 3);\n}\n}\n", "{\n    for (int t = 0; t < 4; t++) {\n        f(0, t, t / 3);\n    }\n}\n"});
}

static void test_declarations(void **state)
{
    (void)state;
    CHECK({"{\nconst int n = 1 * 4, m = f();\nx = n * 2 + m;\n}\n", "{\n    const int m = f();\n    x = 8 + m;\n}\n"},
          {"{\nint n = 4;\nn++;\nf(n);\n}\n", "{\n    int n = 4;\n    n++;\n    f(n);\n}\n"},
          {"{\nconst int n = 4;\n{\nint n = 5;\nn++;\ng(n);\n}\nf(n);\n}\n", "{\n    const int n = 4;\n    {\n        int n = 5;\n        n++;\n        g(n);\n    }\n    f(n);\n}\n"},
          {"{\nenum { A = 1 * 2, B = A * 3, C = 1, D = 9 };\nf(A, B + 0, C * x);\n}\n", "{\n    enum { A = 2, B = 6 };\n    f(A, B, x);\n}\n"},
          {"{\nfloat v;\nv = f(2);\ng(v);\n}\n", "{\n    float v = f(2);\n    g(v);\n}\n"}, {"{\nfor (int r = a; r < b; r += 1)\nf(r);\n}\n", "{\n    for (int r = a; r < b; r++)\n        f(r);\n}\n"});
}

/* What the ranges of loop variables decide; the loop's own condition and variables that change stay. */
static void test_ranges(void **state)
{
    (void)state;
    CHECK({"{\nfor (int t = 0; t < 12; t += 4)\nfor (int i = 0; i < 4 && t + i < 12; i++)\nf(t + i < 12 ? t + i : 11);\n}\n",
           "{\n    for (int t = 0; t < 12; t += 4)\n        for (int i = 0; i < 4; i++)\n            f(t + i);\n}\n"},
          {"{\nfor (int t = 0; t < 13; t += 4)\nfor (int i = 0; i < 4 && t + i < 13; i++)\nf(t);\n}\n",
           "{\n    for (int t = 0; t < 13; t += 4)\n        for (int i = 0; i < 4 && t + i < 13; i++)\n            f(t);\n}\n"},
          {"{\nfor (int b = 0; b < 2; b++) {\nconst int f0 = b * 32;\nfor (int f = f0; f < f0 + 32 && f < 64; f++)\ng(f, f0);\n}\n}\n",
           "{\n    for (int b = 0; b < 2; b++) {\n        const int f0 = b * 32;\n        for (int f = f0; f < f0 + 32; f++)\n            g(f, f0);\n    }\n}\n"},
          {"{\nfor (int b = 0; b < 2; b++) {\nconst int f0 = b * 32;\nfor (int f = f0; f < f0 + 32 && f < 63; f++)\ng(f, f0);\n}\n}\n",
           "{\n    for (int b = 0; b < 2; b++) {\n        const int f0 = b * 32;\n        for (int f = f0; f < f0 + 32 && f < 63; f++)\n            g(f, f0);\n    }\n}\n"},
          {"{\nfor (int i = 0; i < 4; i++) {\nf(i < 4, i < 5);\ni += g();\nf(i < 4);\n}\n}\n",
           "{\n    for (int i = 0; i < 4; i++) {\n        f(1, i < 5);\n        i += g();\n        f(i < 4);\n    }\n}\n"},
          {"{\nfor (int t = 0; t < 12; t += 4)\nf(12 - t < 4 ? 12 - t : 4, 13 - t < 6, 12 - t < 5);\n}\n",
           "{\n    for (int t = 0; t < 12; t += 4)\n        f(4, 13 - t < 6, 12 - t < 5);\n}\n"},
          {"{\nfor (int i = 0; i < 4; i++)\nf(i);\ng(i < 4, i % 4);\n}\n", "{\n    for (int i = 0; i < 4; i++)\n        f(i);\n    g(i < 4, i % 4);\n}\n"},
          {"{\nfor (int i = 0; i < 4; i++)\nf(i - 1 < 4, -i < 4, p->i < 4, i[p] < 4);\n}\n", "{\n    for (int i = 0; i < 4; i++)\n        f(i - 1 < 4, -i < 4, p->i < 4, i[p] < 4);\n}\n"});
}

/* Copies, values that are returned at once, values that nobody reads. */
static void test_copies(void **state)
{
    (void)state;
    CHECK({"void f(const T *a, int n)\n{\nconst T *const x = a;\nconst int m = n;\ng(x[m]);\n}\n", "void f(const T *a, int n)\n{\n    g(a[n]);\n}\n"},
          {"void f(const T *a)\n{\nconst T *x = a;\na++;\ng(x);\n}\n", "void f(const T *a)\n{\n    const T *x = a;\n    a++;\n    g(x);\n}\n"},
          {"void f(const T *a)\n{\nconst T *x = a;\nx++;\ng(x, a);\n}\n", "void f(const T *a)\n{\n    const T *x = a;\n    x++;\n    g(x, a);\n}\n"},
          {"float f(int a)\n{\nconst float v = g(a) * 2.0f;\nreturn v;\n}\n", "float f(int a)\n{\n    return g(a) * 2.0f;\n}\n"},
          {"int f(int a)\n{\nfloat v = g(a);\nreturn v;\n}\n", "int f(int a)\n{\n    float v = g(a);\n    return v;\n}\n"},
          {"{\nT a, b;\na = f(0);\nb = f(1);\ng(a, b);\n}\n", "{\n    T a = f(0), b = f(1);\n    g(a, b);\n}\n"},
          {"{\nT a, b;\na = f(0);\nb = f(a);\ng(a, b);\n}\n", "{\n    T a, b;\n    a = f(0);\n    b = f(a);\n    g(a, b);\n}\n"},
          {"{\n{\nconst T *w = f(1);\ng(w);\nw += 9;\n}\nh();\n}\n", "{\n    const T *w = f(1);\n    g(w);\n    h();\n}\n"},
          {"{\nconst T *w = f(1);\nfor (int i = 0; i < n; i++) {\ng(w);\nw += 9;\n}\n}\n",
           "{\n    const T *w = f(1);\n    for (int i = 0; i < n; i++) {\n        g(w);\n        w += 9;\n    }\n}\n"},
          {"{\nsum[i] += -2 * x;\n}\n", "{\n    sum[i] -= 2 * x;\n}\n"});
}

static void test_untouched(void **state)
{
    (void)state;
    CHECK({"f(\"1 * 2\", '0'); /* 1 * 2 */\n", "f(\"1 * 2\", '0'); /* 1 * 2 */\n"}, {"#define A 1 * 2\n", "#define A 1 * 2\n"},
          {"x = /* why */ 1 * y;\n", "x = /* why */ y;\n"}, {"static const T t[2][2] = {{1, 0 - 1}, {2, 3}};\n", "static const T t[2][2] = {{1, 0 - 1}, {2, 3}};\n"});
}

const struct CMUnitTest simplify_tests[] = {cmocka_unit_test(test_constants), cmocka_unit_test(test_neutral), cmocka_unit_test(test_zero),
    cmocka_unit_test(test_logic), cmocka_unit_test(test_parentheses), cmocka_unit_test(test_loops), cmocka_unit_test(test_declarations), cmocka_unit_test(test_ranges), cmocka_unit_test(test_copies),
    cmocka_unit_test(test_untouched)};
const int simplify_test_count = sizeof simplify_tests / sizeof *simplify_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return cmocka_run_group_tests(simplify_tests, NULL, NULL);
}
#endif
