/* For the unit tests of expr/ and the runtime's mathematics: random numbers, and C text compiled by every compiler there is. */
#ifndef UNIT_EXPR_HELP_H
#define UNIT_EXPR_HELP_H

#include "expr/expr.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline uint32_t help_random(uint32_t *seed)
{
    uint32_t z = (*seed += 0x9e3779b9u);
    z = (z ^ (z >> 16)) * 0x85ebca6bu;
    z = (z ^ (z >> 13)) * 0xc2b2ae35u;
    return z ^ (z >> 16);
}

static inline int help_arity(ExprOp op)
{
    static const int arity[EX_COUNT] = {
#define EXPR_OP(name, arity, text) [EX_##name] = arity,
#include "expr/expr.def"
#undef EXPR_OP
    };
    return arity[op];
}

/* -ffp-contract=off: what generated code asks for by itself. tcc has no such thing and knows no flags for warnings. */
static const char *const help_compilers[] = {"gcc -std=c99 -O0 -ffp-contract=off", "gcc -std=c99 -O2 -ffp-contract=off", "clang -std=c99 -O3 -ffp-contract=off",
                                             "tcc", NULL};

/* A shared library from C text, NULL (said on stdout) when the compiler is not there. A compile error is a failure. */
static inline void *help_library(const char *compiler, const char *source, const char *warnings)
{
    char directory[] = "/tmp/bnnc-expr-XXXXXX", command[512], path[64], program[32];
    sscanf(compiler, "%31s", program);
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    if (system(command) != 0) {
        printf("not on this machine: %s\n", program);
        return NULL;
    }
    if (!mkdtemp(directory))
        fail_msg("no temporary directory");
    snprintf(path, sizeof path, "%s/code.c", directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(source, file);
    fclose(file);
    snprintf(command, sizeof command, "%s %s -Iruntime -shared -fPIC -o %s/code.so %s", compiler, program[0] == 't' ? "" : warnings, directory, path);
    if (system(command) != 0)
        fail_msg("%s", command);
    snprintf(path, sizeof path, "%s/code.so", directory);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        fail_msg("%s", dlerror());
    snprintf(command, sizeof command, "rm -r %s", directory);
    if (system(command) != 0)
        printf("%s stays\n", directory);
    return library;
}

static inline uintptr_t help_symbol(void *library, const char *format, int number)
{
    char name[64];
    snprintf(name, sizeof name, format, number);
    void *symbol = dlsym(library, name);
    if (!symbol)
        fail_msg("%s", dlerror());
    return (uintptr_t)symbol;
}

static inline void help_line(void *context, const char *line) { text_printf(context, "    %s\n", line); }

/* "float fN(const float *x) { ... }" */
static inline void help_function(Text *source, Arena *arena, const Expr *e, int number, const char *const *arguments)
{
    text_printf(source, "float f%d(const float *x);\nfloat f%d(const float *x)\n{\n    (void)x;\n", number, number);
    const char *value = expr_print_c(arena, e, arguments, help_line, source);
    text_printf(source, "    return %s;\n}\n", value);
}

#endif
