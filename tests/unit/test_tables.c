/* Tables as C text: every number comes back with its bits, over more text than is handed on at once; lines fit their width. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "emit/tables.h"
#include "unit/arena_fixture.h"
#include "unit/expr_help.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct { Text text; int pieces; } Taken;

static void take(void *to, const char *piece, size_t length)
{
    Taken *taken = to;
    text_add_bytes(&taken->text, piece, length);
    taken->pieces++;
}

static Taken printed(Arena *arena, const char *type, const void *data, size_t count, int bytes, bool is_float)
{
    Taken taken = {.text = text_new(arena)};
    table_print(&(Table){"t", type, data, count, bytes, is_float}, take, &taken);
    return taken;
}

/* "a / b" of infinities and NaN is divided, "-2147483647 - 1" subtracted. */
static double number_at(const char **at)
{
    char *end;
    double value = strtod(*at, &end);
    for (; *end && *end != ',' && *end != '\n'; end++) {
        if (*end == '/')
            value /= strtod(end + 1, NULL);
        if (*end == '-')
            value -= strtod(end + 1, NULL);
    }
    *at = end + (*end == ',');
    return value;
}

static const char *after_head(const Taken *taken)
{
    for (const char *line = taken->text.at; *line; line = strchr(line, '\n') + 1)
        assert_true(strchr(line, '\n') - line <= 116);
    return strchr(taken->text.at, '{') + 2;
}

static void test_layout(void **state)
{
    uint32_t words[12] = {1, 0xabcdef, 0};
    assert_string_equal(printed(*state, "uint32_t", words, 12, 4, false).text.at,
                        "BNN_CONST uint32_t t[12] = {\n"
                        "    0x000001u, 0xabcdefu, 0x000000u, 0x000000u, 0x000000u, 0x000000u, 0x000000u, 0x000000u, 0x000000u, 0x000000u,\n"
                        "    0x000000u, 0x000000u\n};\n");
    int8_t bytes[3] = {-128, 0, 127};
    assert_string_equal(printed(*state, "int8_t", bytes, 3, 1, false).text.at, "BNN_CONST int8_t t[3] = {\n    -128, 0, 127\n};\n");
    int32_t least[2] = {INT32_MIN, -7};
    assert_string_equal(printed(*state, "int32_t", least, 2, 4, false).text.at, "BNN_CONST int32_t t[2] = {\n    -2147483647 - 1, -7\n};\n");
    float floats[6] = {3, -0.0f, -0.1f, INFINITY, -16777215, 0x1p-149f};
    assert_string_equal(printed(*state, "float", floats, 6, 4, true).text.at,
                        "BNN_CONST float t[6] = {\n    3.0f, -0.0f, -0xcccccdp-27f, 1.0f / 0.0f, -16777215.0f, 0x1p-149f\n};\n");
}

static void test_floats(void **state)
{
    enum { COUNT = 30000 };
    float *numbers = ARENA_ARRAY(*state, float, COUNT);
    uint32_t seed = 3;
    for (int i = 0; i < COUNT; i++) {
        uint32_t bits = help_random(&seed);
        memcpy(&numbers[i], &bits, sizeof bits);
    }
    Taken taken = printed(*state, "float", numbers, COUNT, 4, true);
    const char *at = after_head(&taken);
    for (int i = 0; i < COUNT; i++) {
        float back = (float)number_at(&at);
        assert_true(memcmp(&back, &numbers[i], sizeof back) == 0 || (back != back && numbers[i] != numbers[i]));
    }
    assert_string_equal(at, "\n};\n");
    assert_true(taken.pieces > 9);
}

static void test_integers(void **state)
{
    enum { COUNT = 40000 };
    int16_t *numbers = ARENA_ARRAY(*state, int16_t, COUNT);
    uint32_t *words = ARENA_ARRAY(*state, uint32_t, COUNT), seed = 4;
    for (int i = 0; i < COUNT; i++) {
        words[i] = help_random(&seed);
        numbers[i] = (int16_t)(words[i] >> (words[i] & 15));
    }
    Taken taken = printed(*state, "int16_t", numbers, COUNT, 2, false);
    const char *at = after_head(&taken);
    for (int i = 0; i < COUNT; i++)
        assert_true((int)number_at(&at) == numbers[i]);
    assert_string_equal(at, "\n};\n");
    taken = printed(*state, "uint32_t", words, COUNT, 4, false);
    at = after_head(&taken);
    for (int i = 0; i < COUNT; i++)
        assert_true((uint32_t)number_at(&at) == words[i]);
    assert_string_equal(at, "\n};\n");
}

const struct CMUnitTest tables_tests[] = {TEST(test_layout), TEST(test_floats), TEST(test_integers)};
const int tables_test_count = sizeof tables_tests / sizeof *tables_tests;

#ifdef UNIT_STANDALONE
int main(void) { return cmocka_run_group_tests(tables_tests, NULL, NULL); }
#endif
