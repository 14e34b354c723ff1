/* TEST(name): a cmocka test whose *state is an arena of its own. Include behind <cmocka.h>. */
#ifndef UNIT_ARENA_FIXTURE_H
#define UNIT_ARENA_FIXTURE_H

#include "base/arena.h"

static int begin(void **state)
{
    *state = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
