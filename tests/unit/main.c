/* All unit suites in one program: `unit [GROUP]`. Ends in "unit: N passed, N failed"; an early exit is a failure. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define GROUP(name)                                                                                                                          \
    extern const struct CMUnitTest name##_tests[];                                                                                           \
    extern const int name##_test_count;
#include "unit/groups.def"
#undef GROUP

typedef struct {
    const char *name;
    const struct CMUnitTest *tests;
    const int *count;
} Group;
static const Group groups[] = {
#define GROUP(name) { #name, name##_tests, &name##_test_count },
#include "unit/groups.def"
#undef GROUP
};

static int finished;

static void check_finished(void)
{
    if (!finished) {
        puts("unit: INCOMPLETE: a test ended the process");
        fflush(stdout);
        _exit(1);
    }
}

int main(int argc, char **argv)
{
    int tests = 0, failed = 0;
    atexit(check_finished);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        if (argc > 1 && strcmp(argv[1], groups[i].name))
            continue;
        tests += *groups[i].count;
        failed += _cmocka_run_group_tests(groups[i].name, groups[i].tests, (size_t)*groups[i].count, NULL, NULL);
    }
    finished = 1;
    printf("unit: %d passed, %d failed\n", tests - failed, failed);
    return failed ? 1 : 0;
}
