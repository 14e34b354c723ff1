/* Limits: numbers and sizes of any magnitude, containers that grow or contain themselves: a value, or an error, in bounded time and memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clamp.h"
#include "graph/graph.h"
#include "lang_help.h"

static void test_clamp(void **state)
{
    (void)state;
    assert_int_equal(clamp_int((int64_t)INT_MAX + 1), INT_MAX);
    assert_int_equal(clamp_int(INT64_MIN), -INT_MAX);
    assert_int_equal(clamp_int(-5), -5);
    assert_true(clamp_int64(1e300) == INT64_MAX && clamp_int64(-1e300) == INT64_MIN && clamp_int64(NAN) == 0);
    assert_true(clamp_int64(0x1p63) == INT64_MAX && clamp_int64(-0x1p63) == INT64_MIN && clamp_int64(-2.9) == -2);
    assert_true(clamp_product(INT64_MAX, 2) == INT64_MAX && clamp_product(INT64_MAX, -2) == INT64_MIN && clamp_product(-3, -4) == 12);
    assert_true(clamp_product(INT64_MIN, -1) == INT64_MAX);
}

static void test_shapes(void **state)
{
    (void)state;
    Shape huge = shape_of(3, (int[]){INT_MAX, INT_MAX, INT_MAX});
    assert_true(shape_count(huge) == INT64_MAX);
    assert_false(shape_fits(huge));
    assert_true(shape_fits(shape_of(2, (int[]){1 << 14, 1 << 14})));
    assert_false(shape_fits(shape_of(2, (int[]){1 << 14, (1 << 14) + 1})));
    assert_false(shape_fits(shape_of(2, (int[]){4, 0})));
    assert_true(shape_fits(shape_scalar()));
}

/* Every tap that a position sees inside the input is in the trimmed window, at the same pixels and in the same order. */
static void test_trimmed_windows(void **state)
{
    (void)state;
    for (int in = 1; in < 8; in++)
        for (int kernel = 1; kernel < 20; kernel++)
            for (int stride = 1; stride < 9; stride++) {
                Window window = {.spatial = 1, .in = {in}, .kernel = {kernel}, .stride = {stride}, .dilation = {1}};
                window_same(&window);
                Window trimmed = window;
                window_trim(&trimmed);
                assert_true(trimmed.kernel[0] <= kernel && trimmed.kernel[0] >= 1 && trimmed.kernel[0] <= 2 * in && trimmed.before[0] >= 0);
                for (int p = 0; p < window.out[0]; p++) {
                    int first = p * stride - window.before[0], other = p * stride - trimmed.before[0];
                    for (int x = 0; x < in; x++)
                        assert_int_equal(x >= first && x < first + kernel, x >= other && x < other + trimmed.kernel[0]);
                }
            }
}

#define LEAST "(-9223372036854775807 - 1)"
#define MOST "9223372036854775807"

static void test_values(void **state)
{
    (void)state;
    static const struct { const char *expression, *text; } rows[] = {
        {LEAST " % -1", "0"}, {LEAST " % 3", "1"}, {MOST " % -3", "-2"}, {LEAST " // 3", "-3074457345618258603"}, {"~" MOST, "-9223372036854775808"},
        {"-1 >> 200", "-1"}, {"5 >> 63", "0"}, {"0 << 200", "0"}, {"list(range(" MOST " - 3, " MOST ", 5))", "[9223372036854775804]"},
        {"list(range(" LEAST ", " MOST ", 1 << 62))[1:]", "[-4611686018427387904, 0, 4611686018427387904]"},
        {"list(range(0, 10, " MOST "))", "[0]"}, {"list(range(0, -10, " LEAST "))", "[0]"}, {"round(" MOST ")", MOST},
        {"[1, 2, 3][::" LEAST "]", "[3]"}, {"[1, 2, 3][1e300:]", "[]"}, {"[1, 2, 3][" LEAST ":" MOST "]", "[1, 2, 3]"},
        {"'abc'[::" MOST "]", "'a'"}, {"[] * " MOST, "[]"}, {"'' * " MOST, "''"}, {"'ab' * " LEAST, "''"}, {"math.gcd(" LEAST ", 6)", "2"},
        {"set(range(5000)) == set(range(4999, -1, -1))", "True"}, {"{i: [i] for i in range(1500)} == {i: [i] for i in range(1499, -1, -1)}", "True"},
        {"set(range(5000)) == set(range(1, 5001)), {1: 2} == {1: 3}, {1: 2} == {2: 2}", "(False, False, False)"},
        {"[1, 1.0, True, 2].count(1), [[1], (1,)].index((1,)), [1, [2, 'a']] < [1, [2, 'b']]", "(3, 1, True)"},
        {"3 in range(5), 'b' in 'abc', 1.0 in (0, 1), 2 in {2}", "(True, True, True, True)"},
        {"len('%s' * 20000 % tuple(range(20000)))", "88890"}, {"len(('{} ' * 20000).format(*range(2000), *(0,) * 18000))", "44890"},
        {"np.arange(1e9)", "<unknown: a large array>"}, {"np.linspace(0, 1, 1e9)", "<unknown: a large array>"}, {"np.eye(1001)", "<unknown: a large array>"}, {"np.zeros((1,) * 9)", "<unknown: a large array>"},
        {"np.repeat([1], 1000001)", "<unknown: a large array>"}, {"np.outer(range(1001), range(1001))", "<unknown: a large array>"}, {"np.ones((1001, 1)) + np.ones((1, 1001))", "<unknown: a large array>"},
        {"len('abc'.center(1e300))", "4096"}, {"np.zeros((0, 5)).shape", "(0, 5)"}, {"'%d' % 2.9", "'2'"}, {"int('ff', 16)", "255"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Lang lang = lang_run("import math\nimport numpy as np\n");
        Object *value = lang_value(&lang, rows[i].expression);
        if (diag_errors(lang.diag))
            fail_msg("%s: %s", rows[i].expression, diag_text(lang.diag, 0, &(Span){0}, NULL, NULL));
        assert_string_equal(object_text(lang.arena, value), rows[i].text);
        arena_free(lang.arena);
    }
}

static void test_errors(void **state)
{
    (void)state;
    static const struct { const char *text, *message; } rows[] = {
        {"x = " LEAST " // -1\n", "does not fit into 64 bits"}, {"x = abs(" LEAST ")\n", "does not fit into 64 bits"},
        {"x = 1 << 63\n", "does not fit into 64 bits"}, {"x = 1 << -1\n", "negative"}, {"x = 1 >> " LEAST "\n", "negative"},
        {"x = int(1e300)\n", "int"}, {"x = int('1' * 30)\n", "64 bits"}, {"x = int('10', '2')\n", "base"}, {"x = int('10', 1 << 40)\n", "base"},
        {"x = round(1e300)\n", "64 bits"}, {"x = chr(1e300)\n", "ASCII"}, {"x = ord('')\n", "one character"}, {"x = '%d' % 1e300\n", "integer"},
        {"x = list(enumerate([1, 2], " MOST "))\n", "does not fit into 64 bits"}, {"x = range(" MOST ")\n", "range of more than"},
        {"x = [1][" MOST "]\n", "outside a list"}, {"x = [1]\nx[1e300] = 2\n", "outside a list"}, {"x = [1]\ndel x[4294967296]\n", "outside a list"},
        {"x = [1].pop(4294967296)\n", "outside a list"}, {"x = [0, 1, 2, 3] * 4611686018427387905\n", "a list of more than"},
        {"x = 'abcd' * 4611686018427387905\n", "a string of more than"}, {"import numpy as np\nx = np.sum([1], axis=1e300)\n", "axis"},
        {"import numpy as np\nx = np.reshape([1, 2], (65536, 65536, 65536, 65536, 2))\n", "do not fit the shape"},
        {"import numpy as np\nx = np.reshape([1, 2], (-1, -1))\n", "do not fit the shape"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Lang lang = lang_run(rows[i].text);
        const char *found = diag_errors(lang.diag) ? diag_text(lang.diag, 0, &(Span){0}, NULL, NULL) : "no error";
        if (!strstr(found, rows[i].message))
            fail_msg("%s: '%s' is not in '%s'", rows[i].text, rows[i].message, found);
        arena_free(lang.arena);
    }
}

static void check_ends(const char *format, const char *const *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[200];
        snprintf(text, sizeof text, format, rows[i]);
        Lang lang = lang_run(text);
        const char *found = diag_errors(lang.diag) ? diag_text(lang.diag, 0, &(Span){0}, NULL, NULL) : "no error";
        if (!strstr(found, "of more than") && !strstr(found, "for more than"))
            fail_msg("%s: %s", text, found);
        assert_int_equal(diag_errors(lang.diag), 1);
        arena_free(lang.arena);
    }
}

/* What doubles sixty times ends in an error; so does work without end, whatever does it. */
static void test_growth(void **state)
{
    (void)state;
    static const char *const doubled[] = {"x + x", "f'{x}{x}'", "'%s%s' % (x, x)", "'{0}{0}'.format(x)", "x.replace('a', 'aa')", "x.join([x, x, x])"};
    static const char *const lists[] = {"x = x + x", "x += x", "x.extend(x)", "x = [*x, *x]", "x[len(x):] = x"};
    static const char *const endless[] = {"set(x)", "{i: i for i in x}", "[x.index(999999) for i in x]", "[sum(x) for i in x]", "[x[:] for i in x]",
                                          "[x == list(x) for i in x]", "[x < list(x) for i in x]", "[x.count(-1) for i in x]", "[len([0] * -1000000000) + sum(x) for i in x]",
                                          "[np.ones((1000, 1000)) for i in x]", "[np.arange(1000000) for i in x]", "[np.linspace(0, 1, 1000000) for i in x]"};
    /* s and t: one list in 2^60 ways */
    static const char *const shared[] = {"s == t", "s < t", "[s].count(t)", "t in [s]", "{s: 1}.get(t)"};
    check_ends("x = 'a'\nfor i in range(60):\n    x = %s\n", doubled, sizeof doubled / sizeof *doubled);
    check_ends("x = [0]\nfor i in range(60):\n    %s\n", lists, sizeof lists / sizeof *lists);
    check_ends("import numpy as np\nx = list(range(1000000))\nz = %s\n", endless, sizeof endless / sizeof *endless);
    check_ends("s, t = (0,), (0,)\nfor i in range(60):\n    s, t = (s, s), (t, t)\nx = [%s for i in range(200)]\n", shared, sizeof shared / sizeof *shared);
}

/* What grows piece by piece takes time for its pieces alone, a search for what it looks at. */
static void test_pieces(void **state)
{
    (void)state;
    static const char *const rows[] = {"x += [i]", "x.extend([i])", "x.append(i)", "x += (i,)", "x.append(i % 3 in many)"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[100];
        snprintf(text, sizeof text, "x, many = [], list(range(100000))\nfor i in range(50000):\n    %s\n", rows[i]);
        Lang lang = lang_run(text);
        assert_true(lang.ok);
        assert_int_equal(object_integer(lang_value(&lang, "len(x)")), 50000);
        arena_free(lang.arena);
    }
}

/* Lists and dicts that contain themselves can be printed and compared; lists that reach one list in 2^60 ways can be printed. */
static void test_nested(void **state)
{
    (void)state;
    Lang lang = lang_run("x = []\nx.append(x)\ny = []\ny.append(y)\na = str(x)\nb = x == y\nc = x in y\n"
                         "s = [0]\nfor i in range(60):\n    s = (s, s)\nd = str(s)\n"
                         "g, h = {}, {}\ng[g], h[h] = 1, 1\ne = g == h\nk = {}\nk[1] = k\nl = k == g\nu, v = set(), set()\nu.add(u)\nv.add(v)\nw = u == v\n"
                         "for i in range(1000000):\n    y = [y]\nf = str(y)\n");
    assert_true(lang.ok);
    arena_free(lang.arena);
}

const struct CMUnitTest limits_tests[] = {
    cmocka_unit_test(test_clamp), cmocka_unit_test(test_shapes), cmocka_unit_test(test_trimmed_windows), cmocka_unit_test(test_values),
    cmocka_unit_test(test_errors), cmocka_unit_test(test_growth), cmocka_unit_test(test_pieces),
    cmocka_unit_test(test_nested),
};
const int limits_test_count = sizeof limits_tests / sizeof *limits_tests;

#ifdef UNIT_STANDALONE
int main(void)
{
    return _cmocka_run_group_tests("limits", limits_tests, (size_t)limits_test_count, NULL, NULL);
}
#endif
